"""The pages that the API serves, and their files."""
