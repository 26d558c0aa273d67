"""`payerworks queues`, against a stand-in for the service on loopback."""

import json
from pathlib import Path

import pytest

from tests.unit.cli.conftest import printed, run
from tests.unit.cli.fake_service import FakeService


def test_queues_lists_all_with_their_counts(service: FakeService, stack_dir: Path) -> None:
    lines = [line.split() for line in printed(run(stack_dir, "queues")).splitlines()]
    assert lines == [
        ["queue", "waiting", "in", "flight", "delayed", "dead"],
        ["claim-totals", "1,200", "2", "0", "0"],
        ["plan-changes", "–", "–", "–", "0"],
    ]
    assert [queue["inFlight"] for queue in json.loads(printed(run(stack_dir, "queues", "--json")))["items"]] == [
        2,
        None,
    ]


def test_what_to_do_about_dead_messages_is_said(service: FakeService, stack_dir: Path) -> None:
    service.dead = {"claim-totals": 1, "plan-changes": 2}
    said = printed(run(stack_dir, "queues"))
    assert (
        "claim-totals: 1 dead message. Look: payerworks queues show claim-totals; back: payerworks queues red" in said
    )
    assert "plan-changes: 2 dead messages. Run `payerworks search drift`." in said


def test_show_tells_what_dead_messages_are_about(service: FakeService, stack_dir: Path) -> None:
    service.dead["claim-totals"] = 102
    said = printed(run(stack_dir, "queues", "show", "claim-totals"))
    assert said.count("claimId claim-7, requestId r-1") == 100
    assert "100 messages of about 102 shown" in said
    assert len(json.loads(printed(run(stack_dir, "queues", "show", "claim-totals", "--json")))["messages"]) == 100


def test_redrive_goes_on_until_all_that_was_dead_is_sent_back(service: FakeService, stack_dir: Path) -> None:
    service.dead["claim-totals"] = 7
    assert "7 messages sent back to claim-totals, 0 left" in printed(
        run(stack_dir, "queues", "redrive", "claim-totals")
    )
    assert service.asked["POST /admin/queues/claim-totals/redrive"] == 3
    assert "0 messages sent back to claim-totals, 0 left" in printed(
        run(stack_dir, "queues", "redrive", "claim-totals")
    )


def test_redrive_moves_no_more_than_its_limit(service: FakeService, stack_dir: Path) -> None:
    service.dead["claim-totals"] = 7
    told = json.loads(printed(run(stack_dir, "queues", "redrive", "claim-totals", "--limit", "4", "--json")))
    assert told == {"name": "claim-totals", "moved": 4, "left": 3}


def test_messages_that_die_again_are_not_sent_for_ever(
    service: FakeService, stack_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die_again(*_: object) -> tuple[int, dict[str, str], dict[str, int]]:
        return 200, {}, {"moved": 3, "left": 3}

    monkeypatch.setattr(service, "queue", die_again)
    assert "6 messages sent back to claim-totals, 3 left" in printed(
        run(stack_dir, "queues", "redrive", "claim-totals")
    )


@pytest.mark.parametrize(("name", "sentence"), [("nothing", "404 Not Found"), ("plan-changes", "cannot be sent again")])
def test_what_cannot_be_redriven_is_told_in_one_sentence(stack_dir: Path, name: str, sentence: str) -> None:
    result = run(stack_dir, "queues", "redrive", name)
    assert (result.exit_code, result.stderr.count("\n")) == (1, 1)
    assert sentence in result.stderr
