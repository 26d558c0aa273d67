"""The kinds of calls whose use of AWS is measured, and the measurement (bench/usage.py runs it in a process)."""

import contextlib
import gzip
import json
import os
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from bench.examples import event_of, large_plan
from bench.figures import ROUNDS
from bench.usage_deliveries import Deliveries, Invocation, Message, handler_of, uncounted
from bench.usage_meter import Log, Meter
from localstack.layout import ROOT

CALLS = 20
"""Calls of a kind in a round; what follows from them is delivered afterwards, in batches as they come."""
SERVICES, PLANS = 20, 40
CLAIMS, ROWS = 50, 1_000
VISITS = 4
"""Rows of a file for each patient."""
API_FUNCTION_MEGABYTES = 512


@dataclass(frozen=True)
class Kind:
    """A kind of call: its function, the event of each call, and how many units (claims, rows) a call has.

    before, after  what else is done for each call, and not counted
    status         that of the answer
    calls          of a round
    """

    operation: str
    event: Callable[[int], Message]
    units: int = 1
    before: Callable[[], object] = lambda: None
    after: Callable[[Message], object] = lambda _: None
    status: int = 200
    calls: int = CALLS


def plan_event(name: str, tenant: str, number: int, **members: Any) -> Message:
    """The event of an operation on a numbered plan."""
    event = event_of(f"plans/{name}", tenant, **members)
    if name == "create_plan":
        plan = json.loads(event["body"])
        event["body"] = json.dumps(large_plan(plan, f"usage-{number}", plan["linkedPlanServices"][1], SERVICES))
    else:
        event["pathParameters"] = {"id": f"usage-{number}"}
    return event


def claims_body(number: int, count: int) -> str:
    """A list of claims of different providers, subscribers and fees."""
    claim = json.loads(json.loads((ROOT / "events/claims/create_claims.json").read_text())["body"])
    numbers = range(number * count, (number + 1) * count)
    return json.dumps(
        [
            claim
            | {"provider_npi": f"1{n % 200:09}", "subscriber_number": f"{n % 1000:010}", "provider_fees": 100 + n % 900}
            for n in numbers
        ]
    )


def kinds(tenant: str) -> dict[str, Kind]:
    """The kinds, each with all that it needs in place when the ones before it have run."""
    from payerworks.redis_connection import redis

    numbers = iter(range(1_000_000))
    kept: dict[str, str] = {}

    def forget() -> None:
        connection = redis()
        if connection is not None:
            connection.call("FLUSHALL")

    def note_claim(answer: Message) -> None:
        kept["claim"] = json.loads(answer["body"])[0]["id"]

    def patch(_: int) -> Message:
        number = next(numbers)
        shares = {"copay": number + 1000}
        change = {"linkedPlanServices": [{"objectId": "service-7", "planserviceCostShares": shares}]}
        event = plan_event("patch_plan", tenant, number % PLANS, body=json.dumps(change))
        event["headers"]["Prefer"] = "return=minimal"
        return event

    def unchanged(_: int) -> Message:
        event = plan_event("get_plan", tenant, 0)
        event["headers"]["If-None-Match"] = kept["etag"]
        return event

    def note_etag(answer: Message) -> None:
        kept["etag"] = {name.lower(): text for name, text in answer["headers"].items()}["etag"]

    words = {"q": "baby", "limit": "20"}
    return {
        "POST plan": Kind(
            "CreatePlan", lambda _: plan_event("create_plan", tenant, next(numbers)), after=note_etag, status=201
        ),
        "GET plan from the cache": Kind("GetPlan", lambda _: plan_event("get_plan", tenant, 0), after=note_etag),
        "GET plan from the table": Kind(
            "GetPlan", lambda number: plan_event("get_plan", tenant, number), before=forget
        ),
        "GET plan, not modified": Kind("GetPlan", unchanged, status=304),
        "search plans": Kind(
            "SearchPlans", lambda _: event_of("plans/search_plans", tenant, queryStringParameters=words)
        ),
        "PATCH a service of a plan": Kind("PatchPlan", patch, status=204),
        "POST claim, in lists of 50": Kind(
            "CreateClaims",
            lambda _: event_of("claims/create_claims", tenant, body=claims_body(next(numbers), CLAIMS)),
            units=CLAIMS,
            after=note_claim,
            status=201,
            calls=4,
        ),
        "GET claim": Kind(
            "GetClaim", lambda _: event_of("claims/get_claim", tenant, pathParameters={"id": kept["claim"]})
        ),
        "list claims": Kind("ListClaims", lambda _: event_of("claims/list_claims", tenant)),
        "row of a file of visits": Kind(
            "CreateIngestUpload",
            lambda _: event_of("intake/create_ingest_upload", tenant),
            units=ROWS,
            after=lambda answer: upload(tenant, json.loads(answer["body"])["key"], next(numbers)),
            status=201,
            calls=2,
        ),
        "GET medical record": Kind("GetPatientRecord", lambda _: record_event(tenant)),
    }


def record_event(tenant: str) -> Message:
    """The event of a read of the long medical record."""
    from bench.directory_pages import PATIENT_ID

    return event_of("patients/get_patient_record", tenant, pathParameters={"id": PATIENT_ID})


def upload(tenant: str, key: str, number: int) -> None:
    """Put a file of new visits where a client would, by the form that it got."""
    from payerworks.settings import settings

    lines = ["mrn,first_name,last_name,birth_date,visit_account_number,visit_date,reason"]
    for row in range(ROWS):
        mrn = f"{number}-{row // VISITS:05}"
        lines.append(f"{mrn},Given{row},Family{row},1980-02-03,{mrn}-{row},2025-03-0{row % VISITS + 1},Check-up")
    uncounted("s3").put_object(
        Bucket=settings().intake_bucket, Key=key, Body="\n".join(lines).encode(), Metadata={"tenant": tenant}
    )


def measure(log: Log) -> dict[str, list[dict[str, float]]]:
    """Kind → what one unit of it took in each round."""
    from bench import directory_pages

    tenant, meter = f"usage-{time.time():.0f}", Meter(log)
    meter.watch_the_rest()
    deliveries = Deliveries(meter)
    directory_pages.fill(tenant, 100)
    deliveries.settle()
    found: dict[str, list[dict[str, float]]] = {}
    for name, kind in kinds(tenant).items():
        _round(meter, deliveries, kind)  # nothing is cold when it counts
        found[name] = [_round(meter, deliveries, kind) for _ in range(ROUNDS)]
        print(time.strftime("%X"), name, found[name][0], file=sys.stderr)
    return found


def _round(meter: Meter, deliveries: Deliveries, kind: Kind) -> dict[str, float]:
    """What a unit took: calls of a kind, each with its authorization, then what follows from them."""
    handler, authorize = handler_of(_handlers()[kind.operation]), handler_of("auth.authorize_token.handler")
    stored = meter.stored_bytes()
    meter.taken.clear()
    for number in range(kind.calls):
        event = kind.event(number)
        token = event_token(event)
        kind.before()
        with meter.invocation(API_FUNCTION_MEGABYTES):
            verdict = authorize(token, Invocation())
        with meter.invocation(API_FUNCTION_MEGABYTES):
            answer = handler(event, Invocation())
        if answer["statusCode"] != kind.status or verdict["policyDocument"]["Statement"][0]["Effect"] != "Allow":
            raise SystemExit(f"{kind.operation} was answered {answer['statusCode']}: {answer['body'][:500]}")
        meter.add("api_requests", 1)
        meter.add("answer_bytes", sent_bytes(answer))
        kind.after(answer)
    if kind.operation == "CreateIngestUpload":
        meter.add("s3_writes", kind.calls)
    deliveries.settle()
    meter.add("stored_bytes", meter.stored_bytes() - stored)
    return {name: number / kind.calls / kind.units for name, number in meter.taken.items()}


def sent_bytes(answer: Message) -> int:
    """The size of an answer as the gateway sends it to a client that accepts gzip (MinimumCompressionSize)."""
    body = (answer["body"] or "").encode()
    return len(json.dumps(answer["headers"])) + min(
        len(body), len(gzip.compress(body)) if len(body) >= 1024 else len(body)
    )


def event_token(event: Message) -> Message:
    """The event of the authorizer for a call."""
    arn = "arn:aws:execute-api:us-east-1:123456789012:api1234567/local/GET/x"
    return {"type": "TOKEN", "authorizationToken": f"Bearer {os.environ['TOKEN']}", "methodArn": arn}


def _handlers() -> dict[str, str]:
    from localstack.build import read_template

    resources = read_template(ROOT / "template.yaml")["Resources"]
    return {name: each["Properties"]["Handler"] for name, each in resources.items() if "Handler" in each["Properties"]}


if __name__ == "__main__":
    counted = Log()
    with contextlib.redirect_stdout(counted):
        figures = measure(counted)
    print(json.dumps(figures), file=sys.stderr)
