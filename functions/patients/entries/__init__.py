"""What doctors write of a patient: conditions, medications, allergies, family history, and notes."""
