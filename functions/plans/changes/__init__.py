"""How a plan changes: merges and patches, and the commit they all share."""
