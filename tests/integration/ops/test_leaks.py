"""What the whole test run left in log lines and messages: no name, number, note, password or token of anybody.

Fifty marks go in by every way that takes text, in calls that succeed and in calls that fail, and none may come out.
"""

import itertools
import json
import time
import uuid
from collections.abc import Iterator
from typing import Any

import pytest

from localstack.deployed import aws_client
from localstack.report import log_lines
from localstack.stack import Stack
from tests.integration.conftest import Api

pytestmark = pytest.mark.last

QUIET_SECONDS = 10
"""So long no message comes once all work that the calls began is done."""
JWT = "eyJ"
"""How every access token begins, and its payload."""


class Marks:
    """Texts that nobody else has, each known by what it stands for."""

    def __init__(self) -> None:
        self.made: dict[str, str] = {}
        self._run = uuid.uuid4().hex[:10]

    def text(self, what: str) -> str:
        return self._keep(what, f"Zq{self._run}{len(self.made):02}")

    def number(self, what: str) -> str:
        return self._keep(what, str(uuid.uuid4().int)[:10])

    def _keep(self, what: str, mark: str) -> str:
        self.made[f"{what} {len(self.made)}"] = mark
        return mark


@pytest.fixture
def messages(stack: dict[str, Any]) -> Iterator[Any]:
    """Reads what all topics have published since the test began."""
    sqs, sns = aws_client(stack, "sqs"), aws_client(stack, "sns")
    url = sqs.create_queue(QueueName=f"leaks-{uuid.uuid4().hex[:8]}")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    policy = {"Effect": "Allow", "Principal": "*", "Action": "sqs:SendMessage", "Resource": arn}
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": json.dumps({"Statement": [policy]})})
    subscriptions = [
        sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn, ReturnSubscriptionArn=True)["SubscriptionArn"]
        for topic in stack["topics"].values()
    ]

    def read() -> list[str]:
        found: list[str] = []
        last = time.monotonic()
        while time.monotonic() - last < QUIET_SECONDS:
            received = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, WaitTimeSeconds=1).get("Messages", [])
            for message in received:
                found.append(message["Body"])
                sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
                last = time.monotonic()
        return found

    yield read
    for subscription in subscriptions:
        sns.unsubscribe(SubscriptionArn=subscription)
    sqs.delete_queue(QueueUrl=url)


def test_no_mark_comes_out_in_lines_or_messages(api: Api, running_stack: Stack, messages: Any) -> None:
    marks = Marks()
    accounts_and_people(api, marks)
    claims_and_patients(api, marks)
    searches_and_faults(api, marks)
    assert len(marks.made) >= 50
    published = messages()
    assert len(published) >= 5
    lines = [text for _, text in log_lines(running_stack, minutes=24 * 60)]
    assert any('"route": "POST /claims"' in line for line in lines)
    found = {what for what, mark in marks.made.items() for text in itertools.chain(lines, published) if mark in text}
    assert found == set()
    # Of the whole run: the tokens of all its tests.
    assert not any(JWT in line for line in lines)


def accounts_and_people(api: Api, marks: Marks) -> None:
    password = marks.text("password") + " of somebody"
    email = f"{marks.text('e-mail')}@example.com"
    institution = api.post(
        "/api/v1/institutions",
        {
            "name": marks.text("institution"),
            "institution_type": "clinic",
            "license_number": marks.text("license"),
            "contact_email": f"{marks.text('e-mail')}@example.com",
            "invite": True,
        },
    )
    assert institution.status == 201
    body = {
        "first_name": marks.text("first name"),
        "last_name": marks.text("last name"),
        "date_of_birth": "1990-02-14",
        "institution_id": institution.json()["id"],
        "mrn": marks.text("MRN"),
        "subscriber_number": marks.number("subscriber"),
        "emergency_contact_name": marks.text("emergency contact"),
        "emergency_contact_phone": f"+1{marks.number('phone')}",
        "contact_email": email,
        "password": password,
        "health_profile": {"notes": marks.text("health note")},
    }
    patient = api.post("/api/v1/patients", body, Idempotency_Key=marks.text("idempotency key"))
    assert patient.status == 201, patient.status
    path = f"/api/v1/patients/{patient.json()['id']}"
    assert api.post("/api/v1/patients", body | {"date_of_birth": marks.text("birth date")}).status == 400
    entry = {"name": marks.text("condition"), "code": marks.text("code")}
    assert api.post(f"{path}/conditions", entry).status in (201, 400)
    step = {"status": "full_access", "reason": marks.text("reason of a step")}
    assert api.post(f"{path}/validation", step).status == 409
    records = {
        "phones": [{"number": f"+1{marks.number('phone')}", "is_primary": True}],
        "addresses": [
            {
                "lines": [marks.text("street")],
                "city": marks.text("city"),
                "postal_code": marks.text("postal code"),
                "country": "US",
                "is_primary": True,
            }
        ],
    }
    assert api.call("PUT", f"{path}/contacts", records).status in (200, 400)
    anybody = Api(api.url)
    session = anybody.post("/auth/login", {"email": email, "password": password})
    assert session.status == 200
    for name in ("access_token", "refresh_token"):
        marks.made[name] = session.json()[name][-40:]
    assert anybody.post("/auth/login", {"email": email, "password": marks.text("wrong password")}).status == 401
    assert anybody.post("/auth/login", {"email": marks.text("unknown e-mail"), "password": "x" * 9}).status in (
        400,
        401,
    )
    assert anybody.post("/auth/refresh", {"refresh_token": marks.text("refresh token")}).status in (400, 401)
    assert anybody.post("/auth/password/forgotten", {"email": f"{marks.text('e-mail')}@example.com"}).status == 204
    reset = {"token": marks.text("reset token"), "new_password": marks.text("new password")}
    assert anybody.post("/auth/password/reset", reset).status in (400, 401)
    cookie = f"payerworks_refresh={marks.text('cookie')}"
    assert anybody.post("/auth/refresh", {}, X_Session="cookie", Cookie=cookie).status == 401
    assert anybody.get("/claims", Authorization=f"Bearer {marks.text('bearer token')}").status == 401


def claims_and_patients(api: Api, marks: Marks) -> None:
    claim = {
        "service_date": "2024-03-28",
        "submitted_procedure": "D0180",
        "plan_group_number": marks.text("group"),
        "subscriber_number": marks.text("subscriber"),
        "provider_npi": "1497775530",
        "provider_fees": 130,
        "allowed_fees": 65,
        "member_coinsurance": 0,
        "member_copay": 0,
    }
    stored = api.post("/claims", claim)
    assert stored.status == 201
    assert api.post("/claims", claim | {"subscriber_number": "SANDBOX-REFUSE"}).status == 201
    for member in ("provider_fees", "service_date", "submitted_procedure", "provider_npi"):
        assert api.post("/claims", claim | {member: marks.text(f"bad {member}")}).status == 400
    assert api.post("/claims", claim | {marks.text("member"): 1}).status == 400
    decision = {"decision": "approve", "note": marks.text("note of a decision")}
    assert api.post(f"/claims/{stored.json()['id']}/payment/decision", decision).status in (200, 409)
    record = {
        "mrn": marks.text("MRN"),
        "first_name": marks.text("first name"),
        "last_name": marks.text("last name"),
        "birth_date": "1990-02-14",
        "visit_account_number": marks.text("account"),
        "visit_date": "2024-11-01",
        "reason": marks.text("reason of a visit"),
    }
    assert api.post("/ingest", [record]).status == 202
    assert api.post("/ingest", [record | {"birth_date": marks.text("bad birth date")}]).status == 400


def searches_and_faults(api: Api, marks: Marks) -> None:
    for path in (
        "/patients?last_name=",
        "/patients?mrn=",
        "/claims?subscriber_number=",
        "/api/v1/patients?last_name=",
        "/v1/plan/search?q=",
        "/users?email=",
        "/ingest?key=",
        "/claims?cursor=",
        "/admin/audit?patient=",
    ):
        assert api.get(f"{path}{marks.text(path)}").status < 500
    assert api.get(f"/patients/{marks.text('id')}").status == 404
    assert api.get(f"/nowhere/{marks.text('path')}").status in (403, 404)
    assert api.post("/claims", f'{{"{marks.text("broken JSON")}'.encode()).status == 400
