"""The small invented world of the tour: a tenant of its own, so that nobody else's data is in its pictures.

`python -m tests.browser.tour` makes it on a running stack, for people who take the tour (`make tour`).
"""

import json
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from localstack.deployed import aws_client
from localstack.layout import ROOT
from localstack.stack import Stack
from tests.browser.directory import PASSWORD, made
from tests.integration.conftest import Api
from tests.integration.intake.conftest import finished

ORGANIZATION = "harbor.example"
SUBSCRIBER = "HH-3730189"
SECONDS = 120
SERVICES = {
    "Primary care visit": (0, 25),
    "Specialist visit": (0, 40),
    "Physiotherapy session": (0, 30),
    "X-ray": (150, 20),
    "Urgent care visit": (0, 60),
    "Generic prescription": (0, 10),
}
"""Deductible and copay of each in the plan `gold-family`; other plans have a part of them."""

VISITS_NAME = "march-visits.csv"
VISITS = """\
mrn,first_name,last_name,birth_date,visit_account_number,visit_date,reason
SM-1001,Ruth,Hollis,1958-09-21,V-7001,2025-03-02,Flu vaccine
SM-1002,Owen,Marsh,1991-12-05,V-7002,2025-03-04,"Sprained ankle, left"
SM-1003,Iris,Vale,2016-07-30,V-7003,2025-02-30,Well child visit
SM-1002,Owen,Marsh,1991-12-05,V-7004,2025-03-18,Follow-up
SM-1004,Leon,Frost,1973-02-11,V-7005,2025-03-19,Back pain
"""
"""A file with one day that no calendar has; docs/tour.md shows it."""


@dataclass(frozen=True)
class World:
    """What the tour's administrator has made, as the API answered it."""

    admin: dict[str, str]
    api: Api
    institution: dict[str, Any]
    doctor: dict[str, Any]
    patient: dict[str, Any]
    paid: dict[str, Any]
    to_review: dict[str, Any]


def make_world(stack: dict[str, Any]) -> World:
    """A tenant with plans, a patient and claims; all claims are settled, and searches find all plans."""
    # E-mails are unique over all tenants.
    domain = f"t{int(time.time()):x}.example"
    admin = {"email": f"robin@{domain}", "password": PASSWORD}
    api = _administrator(stack, admin, f"tour-{domain.removesuffix('.example')}")
    _store_plans(api)
    institution, doctor, patient = _people(api, domain)
    _store_visits(api, patient)
    claims = _store_claims(api)
    to_review = next(claim for claim in claims if claim["status"] == "payment_review")
    return World(admin, api, institution, doctor, patient, claims[0], to_review)


def _administrator(stack: dict[str, Any], admin: dict[str, str], tenant: str) -> Api:
    payload = json.dumps(admin | {"tenant": tenant}).encode()
    aws_client(stack, "lambda").invoke(FunctionName=stack["functions"]["CreateFirstAdmin"], Payload=payload)
    answer = Api(stack["api_url"]).post("/auth/login", admin)
    assert answer.status == 200, answer.body
    return Api(stack["api_url"], {"Authorization": f"Bearer {answer.json()['access_token']}"})


def _plan(plan_id: str, plan_type: str, deductible: int, services: list[str]) -> dict[str, Any]:
    def shares(owner: str, deductible: float, copay: float) -> dict[str, Any]:
        amounts = {"deductible": deductible, "copay": copay}
        return {"objectId": f"{owner}-costs", "objectType": "membercostshare", "_org": ORGANIZATION} | amounts

    def service(number: int, name: str) -> dict[str, Any]:
        service_id = f"{plan_id}-{number}"
        linked = {"objectId": f"{service_id}-service", "objectType": "service", "_org": ORGANIZATION, "name": name}
        return {
            "objectId": service_id,
            "objectType": "planservice",
            "_org": ORGANIZATION,
            "linkedService": linked,
            "planserviceCostShares": shares(service_id, *SERVICES[name]),
        }

    return {
        "objectId": plan_id,
        "objectType": "plan",
        "_org": ORGANIZATION,
        "planType": plan_type,
        "creationDate": "2026-01-01",
        "planCostShares": shares(plan_id, deductible, 20),
        "linkedPlanServices": [service(*each) for each in enumerate(services, start=1)],
    }


def _store_plans(api: Api) -> None:
    names = list(SERVICES)
    plans = (
        _plan("gold-family", "inNetwork", 1000, names),
        _plan("silver-family", "inNetwork", 2500, names[:4]),
        _plan("bronze-single", "outOfNetwork", 5000, names[:2]),
    )
    for plan in plans:
        answer = api.post("/v1/plan", plan)
        assert answer.status == 201, answer.body
        search = f"/v1/plan/search?q=visit&after={answer.headers['change-token']}"
        _until(lambda path=search: api.get(path), lambda found: found.status == 200)


def _people(api: Api, domain: str) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
    login = {"password": PASSWORD}
    institution = made(
        api,
        "/api/v1/institutions",
        login
        | {
            "name": "St. Mary",
            "institution_type": "hospital",
            "license_number": "H-2041",
            "contact_email": f"desk@{domain}",
        },
    )
    doctor = made(
        api,
        "/api/v1/doctors",
        login
        | {
            "first_name": "Ada",
            "last_name": "Field",
            "medical_license": "M-1187",
            "contact_email": f"ada.field@{domain}",
            "institution_id": institution["id"],
            "specialty_id": "cardiology",
            "years_experience": 12,
            "consultation_fee": 120,
        },
    )
    patient = made(
        api,
        "/api/v1/patients",
        login
        | {
            "first_name": "Noah",
            "last_name": "Brook",
            "date_of_birth": "1984-05-06",
            "contact_email": f"noah.brook@{domain}",
            "doctor_id": doctor["id"],
            "institution_id": institution["id"],
            "mrn": "SM-1000",
            "subscriber_number": SUBSCRIBER,
            "health_profile": {
                "height_cm": 178,
                "weight_kg": 74,
                "is_smoker": False,
                "consumes_alcohol": False,
                "physical_activity_minutes_weekly": 120,
            },
        },
    )
    entries = {
        "conditions": {"name": "Essential hypertension", "code_system": "ICD-10-CM", "code": "I10"},
        "medications": {"name": "Lisinopril 10 mg"},
    }
    for kind, entry in entries.items():
        made(api, f"/api/v1/patients/{patient['id']}/{kind}", entry | {"since": "2024-06-03"})
    return institution, doctor, patient


def _store_visits(api: Api, patient: dict[str, Any]) -> None:
    person = {"mrn": patient["mrn"], "first_name": "Noah", "last_name": "Brook", "birth_date": "1984-05-06"}
    visits = [
        {"visit_account_number": "V-6990", "visit_date": "2024-06-03", "reason": "Annual physical"},
        {"visit_account_number": "V-6998", "visit_date": "2024-09-16", "reason": "Follow-up of blood pressure"},
    ]
    answer = api.post("/ingest", [person | visit for visit in visits])
    assert answer.status == 202, answer.body
    assert finished(api, f"/ingest/{answer.json()['task_id']}")["status"] == "completed"


def _claim(subscriber: str, day: str, procedure: str, npi: str, *amounts: str) -> dict[str, Any]:
    names = ("provider_fees", "allowed_fees", "member_coinsurance", "member_copay")
    return {
        "subscriber_number": subscriber,
        "service_date": day,
        "submitted_procedure": procedure,
        "plan_group_number": "GRP-1000",
        "provider_npi": npi,
    } | dict(zip(names, amounts, strict=True))


CLAIMS = (
    _claim(SUBSCRIBER, "2025-03-02", "D2740", "1497775530", "1240.00", "900.00", "180.00", "25.00"),
    _claim(SUBSCRIBER, "2025-03-16", "D1110", "1497775530", "110.00", "85.00", "0", "20.00"),
    # Whoever typed this one has mixed up two fees.
    _claim("HH-3730224", "2025-03-05", "D2391", "1234567893", "95.00", "190.00", "19.00", "20.00"),
    _claim("HH-3730224", "2025-03-19", "D0120", "1234567893", "60.00", "45.00", "0", "20.00"),
    _claim("HH-3730310", "2025-03-09", "D7140", "1679576722", "210.00", "160.00", "32.00", "0"),
    _claim("HH-3730310", "2025-03-11", "D3330", "1679576722", "1180.00", "1000.00", "200.00", "0"),
    _claim("HH-3730467", "2025-03-12", "D0274", "1497775530", "75.00", "60.00", "0", "20.00"),
    _claim("HH-3730467", "2025-03-13", "D4910", "1497775530", "150.00", "120.00", "24.00", "0"),
    # The processor of the local stack refuses this subscriber.
    _claim("SANDBOX-REFUSE", "2025-03-17", "D4341", "1679576722", "260.00", "210.00", "42.00", "0"),
)


def _store_claims(api: Api) -> list[dict[str, Any]]:
    answer = api.post("/claims?partial=true", list(CLAIMS))
    assert answer.status == 207, answer.body
    ids = [result["claim"]["id"] for result in answer.json()]
    return _until(
        lambda: [api.get(f"/claims/{claim_id}").json() for claim_id in ids],
        lambda claims: all(claim["status"] not in ("received", "payment_requested") for claim in claims),
    )


def _until(ask: Callable[[], Any], good: Callable[[Any], bool]) -> Any:
    """Ask until the answer is good: functions may start cold."""
    end = time.monotonic() + SECONDS
    while not good(answer := ask()):
        assert time.monotonic() < end, answer
        time.sleep(0.5)
    return answer


def main() -> None:
    """Make the world on the stack that the variable STACK names, and print what one needs to walk through it."""
    stack = Stack(os.environ.get("STACK", ""))
    outputs = stack.outputs()
    world = make_world(outputs)
    file = stack.layout.folder / VISITS_NAME
    file.write_text(VISITS, encoding="utf-8")
    print(f"Console   {outputs['api_url']}/console")
    print(f"File      {file.relative_to(ROOT)}")
    print(f"Password  {PASSWORD}   (the same for all)\n")
    print(f"Robin, the administrator  {world.admin['email']}")
    for who, person in {
        "Ada Field, the doctor": world.doctor,
        "St. Mary, her hospital": world.institution,
        "Noah Brook, the patient": world.patient,
    }.items():
        print(f"{who:<24}  {person['contact_email']}")


if __name__ == "__main__":
    main()
