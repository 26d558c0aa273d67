"""CSV files of any size: patients and their visits into a clean registry, claims to the claims."""
