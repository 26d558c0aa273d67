"""Patients: their health, their validation, what doctors write of them, and their medical record."""
