"""Accounts: users, their sessions and tokens, and what each type of user may call."""
