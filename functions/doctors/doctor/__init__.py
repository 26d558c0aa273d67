"""What a doctor is."""
