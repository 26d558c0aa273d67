"""`payerworks queues`."""

import json
from pathlib import Path

import httpx
import pytest

from ops.queues import dead_letters
from tests.unit.cli.conftest import printed, run
from tests.unit.cli.service import Service
from tests.unit.ops.conftest import Put


@pytest.fixture(autouse=True)
def _enough_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dead_letters, "CALL_SECONDS", 600.0)  # moto takes long for a hundred messages


REDRIVE = "POST /admin/queues/claim-totals/redrive"


def dead_claims(put: Put, count: int) -> None:
    put("ClaimTotalsDeadLetters", *({"tenant": "main", "claimId": "claim-7", "requestId": "r-1"} for _ in range(count)))


def test_queues_lists_all_with_their_counts(put: Put, stack_dir: Path) -> None:
    put("ClaimTotals", *range(12))
    lines = [line.split() for line in printed(run(stack_dir, "queues")).splitlines()]
    assert lines[0] == ["queue", "waiting", "in", "flight", "delayed", "dead"]
    assert ["claim-totals", "12", "0", "0", "0"] in lines
    assert ["plan-changes", "–", "–", "–", "0"] in lines
    queues = json.loads(printed(run(stack_dir, "queues", "--json")))["items"]
    in_flight = {queue["name"]: queue["inFlight"] for queue in queues}
    assert (in_flight["claim-totals"], in_flight["plan-changes"]) == (0, None)


def test_what_to_do_about_dead_messages_is_said(put: Put, stack_dir: Path) -> None:
    dead_claims(put, 1)
    put("PlanChangesDeadLetters", {}, {})
    said = printed(run(stack_dir, "queues"))
    assert (
        f"claim-totals: 1 dead message. Look: payerworks queues show claim-totals --stack-dir {stack_dir}; "
        f"back: payerworks queues redrive claim-totals --stack-dir {stack_dir}" in said
    )
    assert "plan-changes: 2 dead messages. Plan changes may be missing from the topic: run `payerworks search" in said


def test_show_tells_what_dead_messages_are_about(put: Put, stack_dir: Path) -> None:
    dead_claims(put, 102)
    said = printed(run(stack_dir, "queues", "show", "claim-totals"))
    assert said.count("claimId claim-7, requestId r-1") == 100
    assert "100 messages of about 102 shown" in said
    put("ClaimPaymentsDeadLetters", {"tenant": "main", "claimId": "claim-8"})
    assert len(json.loads(printed(run(stack_dir, "queues", "show", "claim-payments", "--json")))["messages"]) == 1


def test_redrive_goes_on_until_all_that_was_dead_is_sent_back(service: Service, put: Put, stack_dir: Path) -> None:
    dead_claims(put, 1)
    # A call moves up to a thousand messages, which take too long in process.
    service.scripted[REDRIVE] = [httpx.Response(200, json={"moved": 1000, "left": left}) for left in (1001, 1)]
    said = printed(run(stack_dir, "queues", "redrive", "claim-totals"))
    assert "2,001 messages sent back to claim-totals, 0 left" in said
    assert service.asked[REDRIVE] == 3
    assert "0 messages sent back to claim-totals, 0 left" in printed(
        run(stack_dir, "queues", "redrive", "claim-totals")
    )


def test_redrive_moves_no_more_than_its_limit(put: Put, stack_dir: Path) -> None:
    dead_claims(put, 7)
    told = json.loads(printed(run(stack_dir, "queues", "redrive", "claim-totals", "--limit", "4", "--json")))
    assert told == {"name": "claim-totals", "moved": 4, "left": 3}


def test_messages_that_die_again_are_not_sent_for_ever(service: Service, stack_dir: Path) -> None:
    service.scripted[REDRIVE] = [httpx.Response(200, json={"moved": 3, "left": 3}) for _ in range(3)]
    assert "6 messages sent back to claim-totals, 3 left" in printed(
        run(stack_dir, "queues", "redrive", "claim-totals")
    )


@pytest.mark.parametrize(
    ("name", "sentence"),
    [("nothing", "`payerworks queues list --stack-dir "), ("plan-changes", "cannot be sent again")],
)
def test_what_cannot_be_redriven_is_told_in_one_sentence(stack_dir: Path, name: str, sentence: str) -> None:
    result = run(stack_dir, "queues", "redrive", name)
    assert (result.exit_code, result.stderr.count("\n")) == (1, 1)
    assert sentence in result.stderr
