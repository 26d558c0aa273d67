"""`payerworks claims`."""

import json
import re
from pathlib import Path
from typing import Any

import httpx
import pytest

from payerworks_cli.api import Api
from tests.unit.cli.conftest import printed, run
from tests.unit.cli.service import Service

CLAIM = {
    "service_date": "2025-03-03",
    "submitted_procedure": "D0180",
    "plan_group_number": "GRP-1",
    "subscriber_number": "SUB-1",
    "provider_npi": "1234567893",
    "provider_fees": "1,100.00",
    "allowed_fees": "0",
    "member_coinsurance": "0",
    "member_copay": "0",
}


def store(api: Api, **changes: Any) -> str:
    """Store a claim; its id."""
    return str(api.ask("POST", "/claims", expect=(201,), json=CLAIM | changes).member("id"))


def test_post_takes_a_json_file_as_it_is_once(api: Api, stack_dir: Path, tmp_path: Path) -> None:
    file = tmp_path / "claims.json"
    file.write_text(json.dumps([CLAIM, CLAIM]), encoding="utf-8-sig")
    said = printed(run(stack_dir, "claims", "post", file))
    assert "1,100.00" in said
    assert "2 claims stored" in said
    assert "2 claims already there: posted before, nothing added" in printed(run(stack_dir, "claims", "post", file))
    assert len(list(api.items("/claims", dict[str, Any]))) == 2
    assert "SUB-1" not in said


def test_post_takes_one_claim(stack_dir: Path, tmp_path: Path) -> None:
    file = tmp_path / "claim.json"
    file.write_text(json.dumps(CLAIM), encoding="utf-8")
    assert "1 claim stored" in printed(run(stack_dir, "claims", "post", file))
    assert json.loads(printed(run(stack_dir, "claims", "post", file, "--json")))["net_fee"] == 1100


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("none.json", None, "cannot be read"),
        ("other.csv", "a,b\n1,2\n", "other.csv --kind claims --stack-dir "),
        ("other.json", "[{}]", "/0/submitted_procedure: "),
    ],
)
def test_a_file_that_cannot_be_posted_is_said(stack_dir: Path, name: str, content: str | None, sentence: str) -> None:
    if content is not None:
        (stack_dir / name).write_text(content, encoding="utf-8")
    result = run(stack_dir, "claims", "post", stack_dir / name)
    assert result.exit_code == 1
    assert sentence in result.stderr


def test_list_asks_by_filters_and_follows_the_pages(api: Api, stack_dir: Path) -> None:
    claims = [CLAIM | {"subscriber_number": f"SUB-{number % 2}"} for number in range(104)]
    api.ask("POST", "/claims?partial=true", expect=(207,), json=claims)
    said = printed(run(stack_dir, "claims", "list", "--limit", "101"))
    assert said.count("D0180") == 101
    assert "101 claims; `--limit 1010` shows more\n" in said
    assert "SUB-" not in said
    one = json.loads(printed(run(stack_dir, "claims", "list", "--subscriber", "SUB-1", "--limit", "200", "--json")))
    assert (len(one["items"]), one["more"]) == (52, False)
    assert "0 claims" in printed(run(stack_dir, "claims", "list", "--provider", "1234567893", "--status", "void"))


def test_get_shows_a_claim(api: Api, stack_dir: Path) -> None:
    claim_id = store(api, provider_npi="1234567890")
    said = printed(run(stack_dir, "claims", "get", claim_id))
    assert f"Claim {claim_id}" in said
    assert "provider fees        $1,100.00\n" in said
    assert re.search(r"source +request \S+\n", said)
    assert "warning: /provider_npi has a check digit that does not fit" in said
    shown = json.loads(printed(run(stack_dir, "claims", "get", claim_id, "--json")))
    assert shown == json.loads(api.ask("GET", f"/claims/{claim_id}").text)


def test_get_shows_the_row_of_a_claim_and_a_negative_fee(service: Service, stack_dir: Path) -> None:
    file = stack_dir / "march.csv"
    row = CLAIM | {"provider_fees": "10", "allowed_fees": "40"}
    file.write_text("\n".join((",".join(row), ",".join(f'"{value}"' for value in row.values()))), encoding="utf-8")
    job = json.loads(printed(run(stack_dir, "ingest", file, "--kind", "claims", "--json")))["items"][0]
    (claim,) = json.loads(printed(run(stack_dir, "claims", "list", "--json")))["items"]
    said = printed(run(stack_dir, "claims", "get", claim["id"]))
    assert "net fee              -$30.00\n" in said
    assert f"source               line 2 of {job['key']}, job {job['task_id']}\n" in said
    assert "-$30.00" in printed(run(stack_dir, "claims", "list"))
    assert "-$30.00" in printed(run(stack_dir, "claims", "payment", claim["id"]))


def test_payment_shows_the_steps(service: Service, api: Api, stack_dir: Path) -> None:
    claim_id = store(api)
    assert "No payment was begun." in printed(run(stack_dir, "claims", "payment", claim_id))
    service.settle()
    lines = printed(run(stack_dir, "claims", "payment", claim_id)).splitlines()
    assert lines[0] == f"Claim {claim_id}: $1,100.00, processed"
    assert [line.split()[0] for line in lines[2:]] == ["requested", "paid", "settled"]
    assert len(json.loads(printed(run(stack_dir, "claims", "payment", claim_id, "--json")))["steps"]) == 3


def test_void_takes_a_claim_out_of_its_total(service: Service, api: Api, stack_dir: Path) -> None:
    claim_id = store(api, subscriber_number="SANDBOX-REFUSE")
    service.settle()
    assert "1234567893" in printed(run(stack_dir, "claims", "top"))
    assert "is void; $1,100.00 leave the total of 1234567893" in printed(run(stack_dir, "claims", "void", claim_id))
    service.settle()
    assert json.loads(printed(run(stack_dir, "claims", "top", "--json"))) == {"items": []}


@pytest.mark.parametrize(("claim", "status"), [("paid", "Error: Conflict: "), ("none", "Error: Not found: ")])
def test_what_cannot_be_void_is_told_in_one_sentence(
    service: Service, api: Api, stack_dir: Path, claim: str, status: str
) -> None:
    claim_id = store(api)
    service.settle()
    result = run(stack_dir, "claims", "void", claim_id if claim == "paid" else claim)
    assert (result.exit_code, result.stderr.count("\n")) == (1, 1)
    assert status in result.stderr


PAYMENT = {
    "claimId": "c-1",
    "status": "payment_review",
    "amount": 81.25,
    "review_reason": "the processor does not answer",
    "steps": [{"step": "requested", "at": "2026-11-28T10:00:00.000+00:00", "detail": "attempt 1", "by": None}],
}


@pytest.mark.parametrize(
    ("arguments", "request_line", "status"),
    [
        (("pay", "c-1"), "POST /claims/c-1/payment/request", 202),
        (("decide", "c-1", "approve", "--note", "checked"), "POST /claims/c-1/payment/decision", 200),
    ],
)
def test_a_payment_is_asked_for_again_or_decided(
    service: Service, stack_dir: Path, arguments: tuple[str, ...], request_line: str, status: int
) -> None:
    service.scripted[request_line] = [httpx.Response(status, json=PAYMENT)]
    said = printed(run(stack_dir, "claims", *arguments))
    assert "Claim c-1: $81.25, payment_review" in said
    assert "the processor does not answer" in said
    service.scripted[request_line] = [httpx.Response(409, json={"title": "Conflict", "detail": "It is processed."})]
    refused = run(stack_dir, "claims", *arguments)
    assert (refused.exit_code, refused.stderr.count("\n")) == (1, 1)
    assert "It is processed." in refused.stderr


def test_a_decision_is_one_of_two_and_has_a_note(stack_dir: Path) -> None:
    assert run(stack_dir, "claims", "decide", "c-1", "approve").exit_code == 2
    assert run(stack_dir, "claims", "decide", "c-1", "wait", "--note", "x").exit_code == 2
