"""The accounting of disclosures: which entries are in it, and what it says of them (45 CFR 164.528)."""

import csv
import datetime
import io
from typing import Any

import pytest

from audit import list_disclosures
from audit.entries.disclosures import is_disclosure
from audit.list_disclosures import HEADER
from auth.clients.client import Client
from auth.clients.repository import add_client
from intake.registry.registry_items import patient_id_of
from tests.unit.audit.audit import deliver, entries, message, settle
from tests.unit.conftest import Call
from tests.unit.patients.patients import doctor, patient

PATIENT = "0f1e2d3c4b5a69788796a5b4c3d2e1f0"


def disclosed(call: Call, patient_id: str = PATIENT, **query: str) -> list[list[str]]:
    query = {"patient": patient_id, **query}
    answer = call(list_disclosures.handler, "audit/list_disclosures", query=query)
    assert answer["statusCode"] == 200, answer["body"]
    assert answer["headers"]["Content-Type"] == "text/csv; charset=utf-8"
    header, *rows = csv.reader(io.StringIO(answer["body"]))
    assert tuple(header) == HEADER
    return rows


@pytest.mark.parametrize(
    ("members", "counts"),
    [
        ({"user_type": "doctor", "reason": ""}, False),  # treatment
        ({"user_type": "doctor", "reason": "unconscious in the emergency room"}, True),
        ({"user_type": "service"}, True),
        ({"user_type": "service", "access": "write"}, False),
        ({"user_type": "service", "outcome": 404}, False),
        ({"user_type": "service", "outcome": 304}, False),
        ({"user_type": "service", "outcome": 503}, False),
        ({"user_type": "service", "outcome": 303}, True),
        ({"user_type": "service", "outcome": None}, True),  # it may have been given
        ({"user_type": "patient", "reason": "mine"}, False),
        ({"user_type": "institution"}, False),
        ({"user_type": "staff"}, False),
        ({"user_type": "admin"}, False),
    ],
)
def test_what_counts_as_a_disclosure(members: dict[str, Any], counts: bool) -> None:
    assert is_disclosure(message("a", **members)) is counts


def test_the_accounting_says_when_to_whom_what_and_why(call: Call) -> None:
    add_client(Client("acme", "acme.1", "Data warehouse", ("directory",), "2026-01-01", ()))
    why = {"user_type": "doctor", "user": "u-1", "person": doctor().person_id, "reason": "=emergency"}
    deliver(message("a", user_type="service", user="acme.1", operation="get_patient_contacts"))
    deliver(message("b", **why, path={"patient": PATIENT, "kind": "conditions"}, operation="list_patient_entries"))
    deliver(message("c", user_type="service", user="acme.gone"), message("d"))
    gone, emergency, warehouse = disclosed(call)
    at = message("a")["at"]
    assert warehouse == [at, "Data warehouse (machine acme.1)", "", "patient contacts", "not stated", "a"]
    assert emergency[1].endswith("(doctor)")
    assert "@" in emergency[2]
    assert emergency[3:5] == ["patient entries: conditions", "'=emergency"]
    assert gone[1] == "machine acme.gone"


def test_disclosures_of_the_same_person_under_other_ids_are_in_it(call: Call) -> None:
    patient_id = patient(mrn="mrn-7", subscriber_number="3730189502")["id"]
    machine = {"user_type": "service", "user": "acme.1"}
    subjects = [f"patient:{patient_id}", f"registry-patient:{patient_id_of('acme', 'mrn-7')}", "subscriber:3730189502"]
    for number, subject in enumerate(subjects):
        deliver(message(f"c{number}", **machine, subjects=[subject]))
    deliver(message("all", **machine, subjects=subjects), message("others", **machine, subjects=["patient:other"]))
    assert [row[-1] for row in disclosed(call, patient_id)] == ["all", "c2", "c1", "c0"]
    assert [row[-1] for row in disclosed(call, "3730189502")] == ["all", "c2"]


def test_without_days_it_reaches_six_years_back(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    first = list_disclosures._years_before(datetime.date(2032, 2, 29))
    assert first == datetime.date(2026, 2, 28)
    deliver(message("a", user_type="service"))
    day = entries()[0]["day"]
    assert len(disclosed(call)) == 1
    assert len(disclosed(call, **{"from": day, "to": day})) == 1
    assert disclosed(call, to="2026-01-01") == []
    monkeypatch.setattr(list_disclosures, "MOST_READ", 0)
    answer = call(list_disclosures.handler, "audit/list_disclosures", query={"patient": PATIENT})
    assert (answer["statusCode"], answer["json"]["errors"][0]["pointer"]) == (400, "/from")


def test_asking_for_it_is_an_entry(call: Call) -> None:
    disclosed(call)
    settle()
    assert (entries()[-1]["operation"], entries()[-1]["subjects"]) == ("list_disclosures", [f"patient:{PATIENT}"])
