"""Figures of a patient's health: age, body mass index, health score."""
