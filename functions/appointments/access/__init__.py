"""Who sees which appointments."""
