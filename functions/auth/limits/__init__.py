"""Limits on attempts: how often an account or an address may try, with pauses that grow."""
