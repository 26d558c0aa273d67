"""The registry of patients and their visits."""
