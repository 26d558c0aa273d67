"""Medical specialties: reference data."""
