"""The job of a file: split into chunks, each loaded once."""
