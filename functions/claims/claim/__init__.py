"""What a claim is: its fields, when it is valid, its money, its status."""
