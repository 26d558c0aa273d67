"""Whether the servers behind the API answer."""
