"""Claims: submissions of dental providers, their net fees and payments, and each provider's total."""
