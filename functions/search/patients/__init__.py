"""The index of patients: sync, backfill, drift."""
