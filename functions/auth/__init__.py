"""Accounts: users, their sessions and tokens, and the rights of each user type."""
