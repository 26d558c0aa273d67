"""Uploaded files: CSV rows, columns, mappings, and the parsing of each row."""
