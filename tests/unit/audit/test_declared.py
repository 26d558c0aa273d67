"""Every route says whether it deals with patient data, and every function that does may hand entries over."""

import importlib

import pytest

from auth.users.rights import ROUTES
from tests.unit.conftest import TEMPLATE
from tests.unit.template import routes_of

FUNCTIONS = {
    route.name: TEMPLATE.template["Resources"][route.function]["Properties"] for route in routes_of(TEMPLATE.template)
}
WITHOUT = {
    "GET /top-provider-npis": "sums by provider",
    "GET /api/v1/institutions/counts": "counts by type and region",
    "GET /api/v1/doctors/me/dashboard": "counts",
    "GET /api/v1/specialties": "reference data",
}
"""Routes among those of patient data that have none, and what they have."""
PREFIXES_WITHOUT = ("/v1/plan", "/auth/", "/users", "/clients", "/admin/queues", "/admin/search")
"""Routes of plans, of accounts (whose user has an e-mail and the id of a person) and of operations."""


def is_about_institutions_or_doctors(route: str) -> bool:
    path = route.partition(" ")[2]
    return path.startswith(("/api/v1/institutions", "/api/v1/doctors")) and "patients" not in path


def declared(route: str) -> str:
    service, operation, _ = FUNCTIONS[route]["Handler"].split(".")
    kind: str = importlib.import_module(f"{service}.{operation}").handler.description["audit"]
    return kind


@pytest.mark.parametrize("route", sorted(ROUTES))
def test_a_route_is_declared_or_listed_as_without_patient_data(route: str) -> None:
    path = route.partition(" ")[2]
    is_without = route in WITHOUT or path.startswith(PREFIXES_WITHOUT) or is_about_institutions_or_doctors(route)
    assert bool(declared(route)) != is_without


@pytest.mark.parametrize("route", sorted(FUNCTIONS))
def test_who_may_hand_over_entries_is_who_declares_it(route: str) -> None:
    if route in ROUTES:
        may = {"Ref": "HandOverEntries"} in FUNCTIONS[route].get("Policies", [])
        assert may == bool(declared(route))
