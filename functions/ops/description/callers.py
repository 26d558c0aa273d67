"""Who may call an operation, in words."""

from collections.abc import Iterator

from auth.users.rights import FROM_STATUS, ROLES, ROUTES
from ops.description.operations import Operation

_TYPES = {
    "patient": "patients",
    "doctor": "doctors",
    "institution": "institutions",
    "staff": "all staff",
    "service": "all machines",
}


def callers(operation: Operation) -> str:
    """A sentence that says who may call an operation."""
    if operation.declared["public"]:
        return "Needs no token."
    return f"For {', '.join(_callers(f'{operation.method} {operation.path}'))}."


def _callers(route: str) -> Iterator[str]:
    allowed = ROUTES[route]
    yield "administrators"
    for user_type, words in _TYPES.items():
        if user_type in allowed:
            is_late = user_type == "patient" and route in FROM_STATUS
            yield f"{words} (from `{FROM_STATUS[route]}` on)" if is_late else words
    roles = " or ".join(f"`{role}`" for role in ROLES if role in allowed)
    if roles:
        yield f"staff and machines with the role {roles}"
