"""Who may call each route: the only such table. Routes that need no token say so in `template.yaml`.

A group is a user type or a role; staff and machines (`service`) have roles. A route lists its groups, and an
administrator may call all of them in its tenant. The authorizer passes a caller's routes on, and every operation
checks them (payerworks/http.py). Patients may call some of their routes only once they are validated (FROM_STATUS).
Each operation itself decides whose data a caller may see: data of others is answered as if it did not exist.
`docs/rights.md` prints this table (`python -m auth.users.rights`).
"""

from collections.abc import Mapping, Sequence
from typing import Literal, get_args

from payerworks.http import EVERY_ROUTE

UserType = Literal["patient", "doctor", "institution", "staff", "service", "admin"]
Role = Literal["plans", "claims", "intake", "directory", "support", "operations", "audit"]
Group = UserType | Role

ValidationStatus = Literal["pending", "validated_by_doctor", "validated_by_institution", "full_access"]
"""How far a patient is validated."""

VALIDATION_STATUSES: tuple[ValidationStatus, ...] = get_args(ValidationStatus)
"""From the first to the last; a patient takes one step at a time."""
USER_TYPES: tuple[UserType, ...] = get_args(UserType)
ROLES: tuple[Role, ...] = get_args(Role)
WITH_ROLES: frozenset[UserType] = frozenset({"staff", "service"})
"""The user types that have roles."""
_PEOPLE: tuple[Group, ...] = ("patient", "doctor", "institution", "staff")
"""Everyone who logs in; each only reaches what is their own."""
_EVERYONE: tuple[Group, ...] = (*_PEOPLE, "service")
_OF_APPOINTMENTS: tuple[Group, ...] = ("patient", "doctor", "institution", "directory", "support")
_PLAN_READERS: tuple[Group, ...] = ("patient", "doctor", "institution", "plans", "support")

ROUTES: Mapping[str, Sequence[Group]] = {
    # plans
    "POST /v1/plan": ("plans",),
    "GET /v1/plan": _PLAN_READERS,
    "GET /v1/plan/{id}": _PLAN_READERS,
    "PUT /v1/plan/{id}": ("plans",),
    "PATCH /v1/plan/{id}": ("plans",),
    "DELETE /v1/plan/{id}": ("plans",),
    "GET /v1/plan/{id}/history": _PLAN_READERS,
    "GET /v1/plan/es_plan/{id}": _PLAN_READERS,
    "GET /v1/plan/es_data": _PLAN_READERS,
    "GET /v1/plan/search": _PLAN_READERS,
    "GET /v1/plan/schema": _PLAN_READERS,
    # claims
    "POST /claims": ("institution", "claims"),
    "GET /claims": ("claims", "support"),
    "GET /claims/counts": ("claims", "support"),
    "GET /claims/{id}": ("claims", "support"),
    "POST /claims/{id}/void": ("claims",),
    "GET /claims/{id}/payment": ("claims", "support"),
    "POST /claims/{id}/payment/request": ("claims",),
    "POST /claims/{id}/payment/decision": ("claims",),
    "GET /top-provider-npis": ("claims", "support"),
    # intake
    "POST /ingest": ("intake",),
    "POST /ingest/uploads": ("intake",),
    "GET /ingest": ("intake", "support"),
    "GET /ingest/{task_id}": ("intake", "support"),
    "GET /ingest/{task_id}/duplicates": ("intake", "support"),
    "GET /ingest/{task_id}/rejects": ("intake", "support"),
    "GET /patients": ("intake", "support"),
    "GET /patients/{id}": ("intake", "support"),
    # one's own sessions
    "POST /auth/verify-token": _EVERYONE,
    "GET /auth/session/validate": _EVERYONE,
    "POST /auth/session/validate": _EVERYONE,
    "POST /auth/logout": _PEOPLE,
    "POST /auth/logout-everywhere": _PEOPLE,
    "GET /auth/sessions": _PEOPLE,
    "DELETE /auth/sessions/{id}": _PEOPLE,
    "POST /auth/password": _PEOPLE,
    # users: of administrators alone, but for what support reads
    "POST /users/create": (),
    "GET /users": ("support",),
    "GET /users/{id}": ("support",),
    "PATCH /users/{id}": (),
    "POST /users/{id}/invite": (),
    "GET /users/{id}/sessions": ("support",),
    "DELETE /users/{id}/sessions": (),
    "DELETE /users/{id}/mfa": (),
    "DELETE /users/{id}/sessions/{session_id}": (),
    # one's own second factor
    "POST /auth/mfa": _PEOPLE,
    "POST /auth/mfa/confirm": _PEOPLE,
    "DELETE /auth/mfa": _PEOPLE,
    "POST /auth/passkeys/options": _PEOPLE,
    "POST /auth/passkeys": _PEOPLE,
    "GET /auth/passkeys": _PEOPLE,
    "DELETE /auth/passkeys/{id}": _PEOPLE,
    # machines
    "GET /clients": ("support",),
    "POST /clients": (),
    "POST /clients/{id}/rotate": (),
    "DELETE /clients/{id}": (),
    # the directory: only an administrator undoes a deletion
    "POST /api/v1/institutions": ("directory",),
    "GET /api/v1/institutions": ("directory", "support"),
    "GET /api/v1/institutions/{id}": ("institution", "directory", "support"),
    "PUT /api/v1/institutions/{id}": ("institution", "directory"),
    "DELETE /api/v1/institutions/{id}": ("directory",),
    "POST /api/v1/institutions/{id}/restore": (),
    "GET /api/v1/institutions/{id}/history": ("directory", "support"),
    "GET /api/v1/institutions/{id}/contacts": ("institution", "directory", "support"),
    "PUT /api/v1/institutions/{id}/contacts": ("institution", "directory"),
    "GET /api/v1/institutions/{id}/doctors": ("institution", "directory", "support"),
    "POST /api/v1/doctors": ("directory",),
    "GET /api/v1/doctors": ("directory", "support"),
    "GET /api/v1/doctors/{id}": ("doctor", "institution", "directory", "support"),
    "PUT /api/v1/doctors/{id}": ("doctor", "directory"),
    "DELETE /api/v1/doctors/{id}": ("directory",),
    "POST /api/v1/doctors/{id}/restore": (),
    "GET /api/v1/doctors/{id}/history": ("directory", "support"),
    "GET /api/v1/doctors/me/profile": ("doctor",),
    "PUT /api/v1/doctors/me/profile": ("doctor",),
    "GET /api/v1/doctors/me/institution": ("doctor",),
    "GET /api/v1/doctors/me/patients": ("doctor",),
    "GET /api/v1/specialties": _EVERYONE,
    "GET /api/v1/doctors/me/dashboard": ("doctor",),
    "POST /api/v1/appointments": ("doctor", "directory"),
    "GET /api/v1/appointments": _OF_APPOINTMENTS,
    "GET /api/v1/appointments/{id}": _OF_APPOINTMENTS,
    "PUT /api/v1/appointments/{id}": ("patient", "doctor", "directory"),
    "GET /api/v1/appointments/{id}/history": ("directory", "support"),
    "GET /api/v1/institutions/{id}/patients": ("institution", "directory", "support"),
    # patients
    "POST /api/v1/patients": ("directory",),
    "GET /api/v1/patients": ("directory", "support"),
    "GET /api/v1/patients/{id}": ("patient", "doctor", "institution", "directory", "support"),
    "PUT /api/v1/patients/{id}": ("patient", "directory"),
    "DELETE /api/v1/patients/{id}": ("directory",),
    "POST /api/v1/patients/{id}/restore": (),
    "GET /api/v1/patients/{id}/history": ("directory", "support"),
    "POST /api/v1/patients/{id}/validation": ("doctor", "institution", "directory"),
    "GET /api/v1/patients/{id}/dashboard": ("patient", "doctor", "support"),
    "GET /api/v1/patients/{id}/care-team": ("patient", "doctor", "institution", "directory", "support"),
    "GET /api/v1/patients/{id}/profile": ("patient", "doctor", "institution", "directory", "support"),
    "GET /api/v1/patients/{id}/{kind}": ("patient", "doctor", "support"),
    "POST /api/v1/patients/{id}/{kind}": ("doctor",),
    "PUT /api/v1/patients/{id}/{kind}/{entry_id}": ("doctor",),
    "DELETE /api/v1/patients/{id}/{kind}/{entry_id}": ("doctor",),
    "GET /api/v1/patients/{id}/{kind}/{entry_id}/history": ("patient", "doctor", "support"),
    "GET /api/v1/patients/{id}/medical-record": ("patient", "doctor", "support"),
    "GET /api/v1/doctors/me/patients/{id}/medical-record": ("doctor",),
    "PUT /api/v1/doctors/me/patients/{id}/medical-record": ("doctor",),
    "GET /api/v1/doctors/{id}/contacts": ("doctor", "institution", "directory", "support"),
    "PUT /api/v1/doctors/{id}/contacts": ("doctor", "directory"),
    "GET /api/v1/patients/{id}/contacts": ("patient", "doctor", "institution", "directory", "support"),
    "PUT /api/v1/patients/{id}/contacts": ("patient", "directory"),
    "GET /api/v1/institutions/counts": ("directory", "support"),
    # the audit: of those alone who examine it
    "GET /admin/audit": ("audit",),
    "GET /admin/audit/verify": ("audit",),
    "GET /admin/audit/disclosures": ("audit",),
    # operations
    "GET /admin/queues": ("operations", "support"),
    "GET /admin/queues/{name}": ("operations", "support"),
    "POST /admin/queues/{name}/redrive": ("operations",),
    "GET /admin/search/drift": ("operations", "support"),
    "POST /admin/search/drift": ("operations",),
    "GET /admin/search/reindex": ("operations", "support"),
    "POST /admin/search/reindex": ("operations",),
}

FROM_STATUS: Mapping[str, ValidationStatus] = {
    "GET /api/v1/patients/{id}/dashboard": "validated_by_doctor",
    "GET /api/v1/patients/{id}/care-team": "validated_by_doctor",
    "GET /api/v1/patients/{id}/{kind}": "validated_by_institution",
    "GET /api/v1/patients/{id}/{kind}/{entry_id}/history": "validated_by_institution",
    "GET /api/v1/patients/{id}/medical-record": "full_access",
}
"""The validation status from which on patients may call some of their routes; the others, from the first on."""


def rights_of(user_type: str, roles: Sequence[str] = (), status: str = "") -> Sequence[str]:
    """The routes that a caller may call; none for an unknown type. Roles count only where a type has roles.

    `status` is a patient's validation status; without one, a patient counts as pending.
    """
    if user_type == "admin":
        return (EVERY_ROUTE,)
    groups = {user_type, *(set(ROLES).intersection(roles) if user_type in WITH_ROLES else ())}
    allowed = (route for route, able in ROUTES.items() if not groups.isdisjoint(able))
    return tuple(route for route in allowed if user_type != "patient" or _is_validated(route, status))


def _is_validated(route: str, status: str) -> bool:
    reached = VALIDATION_STATUSES.index(status) if status in VALIDATION_STATUSES else 0
    return reached >= VALIDATION_STATUSES.index(FROM_STATUS.get(route, "pending"))


def table() -> str:
    """The table of rights in Markdown, as docs/rights.md has it."""
    groups: list[Group] = [*(group for group in USER_TYPES if group != "admin"), *ROLES]
    lines = [f"| route | {' | '.join(groups)} |", f"|---|{'---|' * len(groups)}"]
    for route, allowed in sorted(ROUTES.items(), key=lambda row: row[0].split(" ")[::-1]):
        marks = (_mark(route, group) if group in allowed else "" for group in groups)
        lines.append(f"| `{route}` | {' | '.join(marks)} |")
    return "\n".join(lines)


def _mark(route: str, group: Group) -> str:
    return f"from `{FROM_STATUS[route]}`" if group == "patient" and route in FROM_STATUS else "✓"


if __name__ == "__main__":
    print(table())  # noqa: T201 — for docs/rights.md
