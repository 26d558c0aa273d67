"""Machines that call the API: clients of OAuth 2.0 with a secret (RFC 6749, section 4.4)."""
