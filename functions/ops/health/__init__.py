"""The state of the servers that the API depends on."""
