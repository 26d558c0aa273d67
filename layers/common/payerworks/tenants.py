"""Names of tenants. They have no `#`, which separates the parts of table keys."""

import re

DEFAULT_TENANT = "main"
TENANT_PATTERN = "^[a-z0-9-]{1,63}$"


def is_tenant(text: str) -> bool:
    """Whether a text is a tenant's name."""
    return re.fullmatch(TENANT_PATTERN, text) is not None and not text.endswith("\n")
