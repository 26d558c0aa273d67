"""What messages of the API name, in words of the command: options for parameters, commands for calls."""

import re
from collections.abc import Callable

OPTIONS = {
    "provider_npi": "--provider",
    "subscriber_number": "--subscriber",
    "service_date_from": "--from",
    "service_date_to": "--to",
    "_org": "--org",
    "planType": "--plan-type",
    "asOf": "--as-of",
    "q": "TEXT",
    "page_size": "--limit",
    "institution_id": "--institution",
    "doctor_id": "--doctor",
    "patient_id": "--patient",
    "specialty_id": "--specialty",
    "is_verified": "--verified",
    "is_active": "--active",
    "professional_status": "--status",
    "validation_status": "--status",
}
"""The option of each parameter of a query that has another name; all others are spelt alike, with dashes."""
CALLS = {
    "GET /admin/queues": "queues list",
    "POST /auth/mfa": "mfa enrol",
    "POST /claims/{id}/payment/decision": "claims decide ID",
    "POST /ingest/uploads": "ingest FILE",
    "POST /claims": "claims post FILE",
}
"""The command that makes a call."""
_PARAMETER = re.compile(rf"\b({'|'.join(name for name in OPTIONS if len(name) > 1)}|version)\b")
_CALL = re.compile(rf"({'|'.join(map(re.escape, CALLS))})(?![\w/])")


def option(pointer: str) -> str:
    """The option whose value is the parameter that a pointer names, such as `--from` for /service_date_from."""
    name = pointer.split("/")[1] if pointer else ""
    return OPTIONS.get(name) or (f"--{name.replace('_', '-')}" if name else "the options")


def with_options(message: str) -> str:
    """A message on a query with options in the place of parameters."""
    return _PARAMETER.sub(lambda found: option(f"/{found[0]}"), message)


def with_commands(message: str, command: Callable[[str], str]) -> str:
    """A message with commands in the place of calls; `command` makes one to be typed."""
    return _CALL.sub(lambda found: f"`{command(CALLS[found[0]])}`", message)
