"""The index of plans: kept in step, filled, compared with the table."""
