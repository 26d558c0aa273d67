"""Entries of the ledger: what they say, and which of them are disclosures."""
