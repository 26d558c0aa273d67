"""The claim: its fields, validation, money and status."""
