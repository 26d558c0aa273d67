"""Types and rules shared by all indexes: write targets, backfill, drift."""
