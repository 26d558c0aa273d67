"""Doctors: their profiles, and what each sees of its own patients and institution."""
