"""Institutions: clinics, hospitals, insurers and others, with their doctors and patients."""
