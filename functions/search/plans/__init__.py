"""The index of plans: sync, backfill, drift."""
