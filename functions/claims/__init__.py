"""Claims: what dental providers submit, their net fees, and each provider's total of them."""
