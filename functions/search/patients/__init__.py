"""The index of patients: kept in step, filled, compared with the table."""
