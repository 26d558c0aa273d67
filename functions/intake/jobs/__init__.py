"""The job of a file: the file is split into chunks, and each chunk is loaded once."""
