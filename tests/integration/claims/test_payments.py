"""Payments on the deployed stack: the whole saga, with a processor that misbehaves, and voids at the same time."""

import random
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.integration.claims.conftest import Client, new_claim, new_npi, tenant
from tests.integration.conftest import Api

Item = dict[str, Any]

HABITS = {"REFUSE": 100, "TIMEOUT": 25, "TIMEOUT-PAID": 25, "TWICE": 50, "REFUSE-PAID": 10}
"""How many claims of a thousand make the sandbox misbehave, and how."""
ENDS = {"processed", "failed", "payment_review", "void"}


@pytest.fixture
def payments(api: Api, stack: dict[str, Any], client: Client) -> "Payments":
    return Payments(stack, client("dynamodb"), tenant(api))


class Payments:
    """What the tables hold of claims and of their payments."""

    def __init__(self, stack: dict[str, Any], dynamodb: Any, tenant: str) -> None:
        self._tables = stack["tables"]
        self._dynamodb = dynamodb
        self._tenant = tenant

    def claims(self, ids: Sequence[str]) -> dict[str, Item]:
        keys = [{"pk": {"S": f"{self._tenant}#{claim_id}"}, "sk": {"S": "CLAIM"}} for claim_id in ids]
        items = self._read(self._tables["claims"], keys)
        return {item["pk"]["S"].rsplit("#", 1)[1]: item for item in items}

    def paid(self, ids: Sequence[str]) -> dict[str, tuple[str, int]]:
        """State and cents of what the sandbox was asked to pay, by claim."""
        keys = [{"pk": {"S": f"{self._tenant}#{claim_id}#1"}} for claim_id in ids]
        items = self._read(self._tables["sandbox_payments"], keys)
        return {item["pk"]["S"].split("#")[1]: (item["state"]["S"], int(item["amount"]["N"])) for item in items}

    def age(self, claim_id: str) -> None:
        """Let a claim have been in its state for too long."""
        self._dynamodb.update_item(
            TableName=self._tables["claims"],
            Key={"pk": {"S": f"{self._tenant}#{claim_id}"}, "sk": {"S": "CLAIM"}},
            UpdateExpression="SET overdue_at = :past",
            ConditionExpression="attribute_exists(overdue_at)",
            ExpressionAttributeValues={":past": {"S": "2026-01-01T00:00:00.000+00:00"}},
        )

    def _read(self, table: str, keys: list[Item]) -> Iterator[Item]:
        for start in range(0, len(keys), 100):
            request = {table: {"Keys": keys[start : start + 100], "ConsistentRead": True}}
            yield from self._dynamodb.batch_get_item(RequestItems=request)["Responses"][table]


def wait_for(done: Callable[[], bool], seconds: int = 240) -> None:
    deadline = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < deadline, f"not done after {seconds} s"
        time.sleep(0.25)


def status(item: Item) -> str:
    return str(item["status"]["S"])


def steps(item: Item) -> list[str]:
    return [step["M"]["step"]["S"] for step in item.get("steps", {"L": []})["L"]]


def cents(item: Item) -> int:
    return int(item["net_fee"]["N"])


def is_over(item: Item) -> bool:
    return status(item) == "processed" or "reversed" in steps(item) or not steps(item)


def sent(count: int) -> list[dict[str, Any]]:
    """So many claims in the order of chance, ten of them with nothing to be paid."""
    marks = [
        f"SANDBOX-{habit}-{number}"
        for habit, per_mille in HABITS.items()
        for number in range(per_mille * count // 1000)
    ]
    marks += ["3730189502"] * (count - len(marks))
    npi = new_npi()
    claims = [
        new_claim(npi, fee=f"{random.randrange(1, 900)}.{random.randrange(100):02}", subscriber_number=mark)
        for mark in marks
    ]
    claims[-10:] = [new_claim(npi, fee="5", allowed_fees=allowed) for allowed in (5, 6)] * 5
    random.shuffle(claims)
    return claims


@pytest.mark.parametrize("count", [200, pytest.param(1000, marks=pytest.mark.long)])
def test_claims_end_right_with_a_processor_that_misbehaves_and_voids_in_between(
    api: Api, payments: Payments, count: int
) -> None:
    stored: dict[str, str] = {}
    voided: dict[str, int] = {}

    def post(claims: list[dict[str, Any]]) -> None:
        answer = api.post("/claims", claims)
        assert answer.status == 201, answer.body
        ids = [claim["id"] for claim in answer.json()]
        stored.update(zip(ids, (claim["subscriber_number"] for claim in claims), strict=True))
        for claim_id in random.sample(ids, 4):
            voided[claim_id] = api.call("POST", f"/claims/{claim_id}/void").status

    claims = sent(count)
    with ThreadPoolExecutor(2) as threads:
        list(threads.map(post, [claims[start : start + 50] for start in range(0, count, 50)]))
    ids = list(stored)
    wait_for(lambda: all(status(item) in ENDS for item in payments.claims(ids).values()))
    # These have ended before the processor's second answer, which has the payment reversed.
    contradicted = [claim_id for claim_id, mark in stored.items() if "REFUSE-PAID" in mark]
    wait_for(lambda: all(is_over(item) for item in payments.claims(contradicted).values()))

    found, paid = payments.claims(ids), payments.paid(ids)
    assert set(voided.values()) <= {200, 409}
    assert {claim_id for claim_id, item in found.items() if status(item) == "void"} == {
        claim_id for claim_id, answer in voided.items() if answer == 200
    }
    net = sum(cents(item) for item in found.values() if status(item) == "processed")
    assert sum(amount for state, amount in paid.values() if state == "paid") == net > 0
    for claim_id, item in found.items():
        assert max((steps(item).count(step) for step in steps(item)), default=1) == 1
        assert "reversed" not in steps(item) or "paid" in steps(item)
        if status(item) == "void":
            assert paid.get(claim_id, ("",))[0] in ("", "refused", "reversed")
        elif cents(item) > 0:
            assert paid[claim_id] == ({"processed": "paid"}.get(status(item), paid[claim_id][0]), cents(item))
    ends = {claim_id: status(item) for claim_id, item in found.items() if status(item) != "void"}
    for claim_id, end in ends.items():
        habit = stored[claim_id].removeprefix("SANDBOX-").rstrip("0123456789").rstrip("-")
        expected = {"REFUSE": {"failed"}, "REFUSE-PAID": {"failed", "processed"}}.get(habit, {"processed"})
        assert end in (expected if cents(found[claim_id]) >= 0 else {"payment_review"})
    assert {"processed", "failed", "payment_review"} <= set(ends.values())


def test_a_payment_is_shown_step_by_step(api: Api) -> None:
    claim_id = api.post("/claims", new_claim(new_npi(), fee="12.30")).json()["id"]
    wait_for(lambda: api.get(f"/claims/{claim_id}").json()["status"] == "processed")
    answer = api.get(f"/claims/{claim_id}/payment")
    assert answer.status == 200
    assert b'"amount":12.30,' in answer.body
    assert [step["step"] for step in answer.json()["steps"]] == ["requested", "paid", "settled"]
    refused = api.call("POST", f"/claims/{claim_id}/void")
    assert (refused.status, "processed" in refused.json()["detail"]) == (409, True)


def test_a_void_claim_leaves_the_total_of_its_provider(api: Api, counted: Callable[[str, int], None]) -> None:
    npi = new_npi()
    kept, refused = api.post("/claims", [new_claim(npi), new_claim(npi, subscriber_number="SANDBOX-REFUSE")]).json()
    counted(npi, 2)
    wait_for(lambda: api.get(f"/claims/{refused['id']}").json()["status"] == "failed")
    voided = api.call("POST", f"/claims/{refused['id']}/void")
    assert (voided.status, voided.json()["status"]) == (200, "void")
    counted(npi, 1)
    assert api.get(f"/claims/{refused['id']}").json() == voided.json()
    assert api.get(f"/claims/{kept['id']}").status == 200


def test_what_hangs_is_found_by_the_schedule(
    api: Api, stack: dict[str, Any], client: Client, payments: Payments
) -> None:
    claim_id = api.post("/claims", new_claim(new_npi(), subscriber_number="SANDBOX-NEVER")).json()["id"]
    wait_for(lambda: api.get(f"/claims/{claim_id}").json()["status"] == "payment_requested")

    def reviewed() -> bool:
        # The claim's message still comes again now and then, and has it requested anew.
        if status(payments.claims([claim_id])[claim_id]) == "payment_requested":
            payments.age(claim_id)
        answer = client("lambda").invoke(FunctionName=stack["functions"]["OnPaymentsOverdue"], Payload=b"{}")
        assert "FunctionError" not in answer
        return status(payments.claims([claim_id])[claim_id]) == "payment_review"

    wait_for(reviewed)
    assert api.call("POST", f"/claims/{claim_id}/void").status == 409
    shown = api.get(f"/claims/{claim_id}/payment").json()["steps"]
    assert {step["detail"] for step in shown if step["step"] == "review"} == {
        "Its payment was not settled within 15 minutes. The processor knows of no payment."
    }


def test_a_claim_that_is_asked_for_again_goes_through_the_queues_once_more(api: Api, payments: Payments) -> None:
    claim_id = api.post("/claims", new_claim(new_npi(), subscriber_number="SANDBOX-REFUSE")).json()["id"]
    wait_for(lambda: api.get(f"/claims/{claim_id}").json()["status"] == "failed")
    asked = api.call("POST", f"/claims/{claim_id}/payment/request")
    assert (asked.status, asked.json()["status"]) == (202, "received")
    wait_for(lambda: api.get(f"/claims/{claim_id}").json()["status"] == "failed")
    assert steps(payments.claims([claim_id])[claim_id]) == ["requested", "refused", "asked", "requested", "refused"]


def test_a_person_ends_a_review(api: Api) -> None:
    claims = [new_claim(new_npi(), fee="5", allowed_fees=6) for _ in range(2)]
    ids = [claim["id"] for claim in api.post("/claims", claims).json()]
    for claim_id, decision, end in zip(ids, ("approve", "refuse"), ("processed", "failed"), strict=True):
        claim = api.get(f"/claims/{claim_id}").json()
        assert (claim["status"], "below 0" in claim["review_reason"]) == ("payment_review", True)
        ended = api.post(f"/claims/{claim_id}/payment/decision", {"decision": decision, "note": "It was a correction."})
        assert (ended.status, ended.json()["status"]) == (200, end)
        shown = api.get(f"/claims/{claim_id}/payment").json()
        assert shown == ended.json()
        assert [step["detail"] for step in shown["steps"]] == ["It was a correction."]
