"""How a patient is validated, step by step."""
