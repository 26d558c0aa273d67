"""What each type of user and each role may call: of all routes, exactly these."""

import pytest

from auth.users.rights import FROM_STATUS, ROLES, ROUTES, USER_TYPES, rights_of

OWN = {
    "POST /auth/verify-token",
    "GET /auth/session/validate",
    "POST /auth/session/validate",
    "POST /auth/logout",
    "POST /auth/logout-everywhere",
    "GET /auth/sessions",
    "DELETE /auth/sessions/{id}",
    "POST /auth/password",
    "POST /auth/mfa",
    "POST /auth/mfa/confirm",
    "DELETE /auth/mfa",
    "POST /auth/passkeys/options",
    "POST /auth/passkeys",
    "GET /auth/passkeys",
    "DELETE /auth/passkeys/{id}",
    "GET /api/v1/specialties",
}
OF_MACHINES = {
    "POST /auth/verify-token",
    "GET /auth/session/validate",
    "POST /auth/session/validate",
    "GET /api/v1/specialties",
}
READS_OF_PLANS = {
    "GET /v1/plan",
    "GET /v1/plan/{id}",
    "GET /v1/plan/{id}/history",
    "GET /v1/plan/es_data",
    "GET /v1/plan/es_plan/{id}",
    "GET /v1/plan/schema",
    "GET /v1/plan/search",
}
PLANS = READS_OF_PLANS | {"POST /v1/plan", "PUT /v1/plan/{id}", "PATCH /v1/plan/{id}", "DELETE /v1/plan/{id}"}
READS_OF_CLAIMS = {
    "GET /claims",
    "GET /claims/counts",
    "GET /claims/{id}",
    "GET /claims/{id}/payment",
    "GET /top-provider-npis",
}
CLAIMS = READS_OF_CLAIMS | {
    "POST /claims",
    "POST /claims/{id}/void",
    "POST /claims/{id}/payment/request",
    "POST /claims/{id}/payment/decision",
}
READS_OF_INTAKE = {
    "GET /ingest",
    "GET /ingest/{task_id}",
    "GET /ingest/{task_id}/duplicates",
    "GET /ingest/{task_id}/rejects",
    "GET /patients",
    "GET /patients/{id}",
}
INTAKE = READS_OF_INTAKE | {"POST /ingest", "POST /ingest/uploads"}
READS_OF_OPERATIONS = {
    "GET /admin/queues",
    "GET /admin/queues/{name}",
    "GET /admin/search/drift",
    "GET /admin/search/reindex",
}
OPERATIONS = READS_OF_OPERATIONS | {
    "POST /admin/queues/{name}/redrive",
    "POST /admin/search/drift",
    "POST /admin/search/reindex",
}
AUDIT = {"GET /admin/audit", "GET /admin/audit/verify", "GET /admin/audit/disclosures"}
READS_OF_INSTITUTION = {
    "GET /api/v1/institutions/{id}",
    "GET /api/v1/institutions/{id}/doctors",
}
READS_OF_APPOINTMENTS = {"GET /api/v1/appointments", "GET /api/v1/appointments/{id}"}
OF_INSTITUTION = (
    READS_OF_INSTITUTION
    | READS_OF_APPOINTMENTS
    | {"POST /claims", "PUT /api/v1/institutions/{id}", "GET /api/v1/doctors/{id}"}
)
CHANGES_OF_APPOINTMENTS = {"POST /api/v1/appointments", "PUT /api/v1/appointments/{id}"}
OWN_OF_DOCTOR = {
    "GET /api/v1/doctors/{id}",
    "PUT /api/v1/doctors/{id}",
    "GET /api/v1/doctors/{id}/contacts",
    "PUT /api/v1/doctors/{id}/contacts",
    "GET /api/v1/doctors/me/profile",
    "PUT /api/v1/doctors/me/profile",
    "GET /api/v1/doctors/me/dashboard",
    "GET /api/v1/doctors/me/institution",
    "GET /api/v1/doctors/me/patients",
}
READS_OF_DIRECTORY = (
    READS_OF_INSTITUTION
    | READS_OF_APPOINTMENTS
    | {
        "GET /api/v1/institutions",
        "GET /api/v1/institutions/counts",
        "GET /api/v1/institutions/{id}/history",
        "GET /api/v1/doctors",
        "GET /api/v1/doctors/{id}",
        "GET /api/v1/doctors/{id}/history",
    }
)
DIRECTORY = (
    READS_OF_DIRECTORY
    | CHANGES_OF_APPOINTMENTS
    | {
        "POST /api/v1/institutions",
        "PUT /api/v1/institutions/{id}",
        "DELETE /api/v1/institutions/{id}",
        "POST /api/v1/doctors",
        "PUT /api/v1/doctors/{id}",
        "DELETE /api/v1/doctors/{id}",
    }
)
PATIENT = "/api/v1/patients/{id}"
OWN_OF_PATIENTS = {
    *(f"GET {PATIENT}{path}" for path in ("", "/profile", "/contacts")),
    *(f"PUT {PATIENT}{path}" for path in ("", "/contacts")),
}
PATIENTS = OWN | READS_OF_PLANS | READS_OF_APPOINTMENTS | {"PUT /api/v1/appointments/{id}"} | OWN_OF_PATIENTS
FROM_DOCTOR = {f"GET {PATIENT}/dashboard", f"GET {PATIENT}/care-team"}
FROM_INSTITUTION = {f"GET {PATIENT}/{{kind}}", f"GET {PATIENT}/{{kind}}/{{entry_id}}/history"}
FULL_ACCESS = {f"GET {PATIENT}/medical-record"}
CONTACTS_OF_PATIENTS = {f"GET {PATIENT}{path}" for path in ("", "/profile", "/contacts", "/care-team")}
HEALTH_OF_PATIENTS = FROM_DOCTOR | FROM_INSTITUTION | FULL_ACCESS
DOCTOR = (
    CONTACTS_OF_PATIENTS
    | HEALTH_OF_PATIENTS
    | {
        f"POST {PATIENT}/validation",
        f"POST {PATIENT}/{{kind}}",
        f"PUT {PATIENT}/{{kind}}/{{entry_id}}",
        f"DELETE {PATIENT}/{{kind}}/{{entry_id}}",
        "GET /api/v1/doctors/me/patients/{id}/medical-record",
        "PUT /api/v1/doctors/me/patients/{id}/medical-record",
    }
)
INSTITUTION = (
    OF_INSTITUTION
    | CONTACTS_OF_PATIENTS
    | {
        "GET /api/v1/institutions/{id}/patients",
        "GET /api/v1/institutions/{id}/contacts",
        "PUT /api/v1/institutions/{id}/contacts",
        "GET /api/v1/doctors/{id}/contacts",
        f"POST {PATIENT}/validation",
    }
)
READS_OF_DIRECTORY |= CONTACTS_OF_PATIENTS | {
    "GET /api/v1/appointments/{id}/history",
    "GET /api/v1/doctors/{id}/contacts",
    "GET /api/v1/institutions/{id}/contacts",
    "GET /api/v1/institutions/{id}/patients",
    "GET /api/v1/patients",
    f"GET {PATIENT}/history",
}
DIRECTORY |= READS_OF_DIRECTORY | {
    "PUT /api/v1/institutions/{id}/contacts",
    "PUT /api/v1/doctors/{id}/contacts",
    "POST /api/v1/patients",
    f"PUT {PATIENT}",
    f"PUT {PATIENT}/contacts",
    f"DELETE {PATIENT}",
    f"POST {PATIENT}/validation",
}
READS_OF_ACCOUNTS = {"GET /clients", "GET /users", "GET /users/{id}", "GET /users/{id}/sessions"}
SUPPORT = READS_OF_PLANS | READS_OF_CLAIMS | READS_OF_INTAKE | READS_OF_OPERATIONS | READS_OF_ACCOUNTS
SUPPORT |= READS_OF_DIRECTORY | HEALTH_OF_PATIENTS


@pytest.mark.parametrize(
    ("user_type", "allowed"),
    [
        ("patient", PATIENTS),
        ("doctor", OWN | READS_OF_PLANS | OWN_OF_DOCTOR | READS_OF_APPOINTMENTS | CHANGES_OF_APPOINTMENTS | DOCTOR),
        ("institution", OWN | READS_OF_PLANS | INSTITUTION),
        ("staff", OWN),
        ("service", OF_MACHINES),
        ("admin", {"* /*"}),
    ],
)
def test_a_type_of_users_has_these_rights_and_no_others(user_type: str, allowed: set[str]) -> None:
    assert set(rights_of(user_type)) == allowed


@pytest.mark.parametrize(
    ("role", "allowed"),
    [
        ("plans", PLANS),
        ("claims", CLAIMS),
        ("intake", INTAKE),
        ("directory", DIRECTORY),
        ("support", SUPPORT),
        ("operations", OPERATIONS),
        ("audit", AUDIT),
    ],
)
def test_a_role_adds_these_rights_to_staff_and_machines(role: str, allowed: set[str]) -> None:
    assert set(rights_of("staff", [role])) == OWN | allowed
    assert set(rights_of("service", [role])) == OF_MACHINES | allowed
    for user_type in ("patient", "doctor", "institution"):
        assert rights_of(user_type, [role]) == rights_of(user_type)


@pytest.mark.parametrize(
    ("status", "added"),
    [
        ("", set()),
        ("unknown", set()),
        ("pending", set()),
        ("validated_by_doctor", FROM_DOCTOR),
        ("validated_by_institution", FROM_DOCTOR | FROM_INSTITUTION),
        ("full_access", HEALTH_OF_PATIENTS),
    ],
)
def test_a_patients_rights_grow_with_the_validation(status: str, added: set[str]) -> None:
    assert set(rights_of("patient", (), status)) == PATIENTS | added
    for user_type in ("doctor", "institution", "staff", "service", "admin"):
        assert rights_of(user_type, ["support"], status) == rights_of(user_type, ["support"])


def test_what_patients_may_call_later_are_routes_of_theirs() -> None:
    assert all("patient" in ROUTES[route] for route in FROM_STATUS)


def test_roles_add_up() -> None:
    assert set(rights_of("staff", ["plans", "operations"])) == OWN | PLANS | OPERATIONS


def test_an_unknown_type_or_role_has_no_rights() -> None:
    assert rights_of("root", ["plans"]) == ()
    assert set(rights_of("staff", ["admin", "patient", "everything"])) == OWN


def test_there_are_no_other_types_and_roles() -> None:
    assert set(USER_TYPES) == {"patient", "doctor", "institution", "staff", "service", "admin"}
    assert set(ROLES) == {"plans", "claims", "intake", "directory", "support", "operations", "audit"}
    assert ROUTES.keys() >= READS_OF_PLANS
