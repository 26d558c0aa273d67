"""What an institution is."""
