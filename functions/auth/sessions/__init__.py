"""Sessions: what a login begins, a refresh continues, and a logout ends."""
