"""Directory: what institutions, doctors and patients have in common, and who may see whom."""
