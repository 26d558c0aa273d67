"""CSV files of any size into a clean registry of patients and their visits."""
