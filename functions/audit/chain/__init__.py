"""The chain of a day's entries, and what breaks it; without I/O."""
