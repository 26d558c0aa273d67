"""Files as they come: CSV rows, columns, mappings, and what each row says."""
