"""What an appointment is."""
