"""The medical record of a patient, and who may read it."""
