"""The audit: who read and wrote whose data, in a ledger that shows what was changed in it."""
