"""Appointments of doctors with their patients."""
