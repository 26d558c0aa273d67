"""A token of the stack's first administrator."""

from typing import Any

import httpx


def access_token(outputs: dict[str, Any]) -> str:
    """Log in as the administrator and return the access token."""
    answer = httpx.post(f"{outputs['api_url']}/auth/login", json=outputs["admin"], timeout=60).raise_for_status()
    token: str = answer.json()["access_token"]
    return token
