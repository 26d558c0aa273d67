"""What a patient is."""
