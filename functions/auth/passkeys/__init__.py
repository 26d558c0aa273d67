"""Passkeys (WebAuthn): they replace the password and the second factor."""
