"""MiniStack's saved state fits the port on which it starts."""

import json
from pathlib import Path
from typing import Any

import pytest

from localstack import saved_state

NAME = "payerworks-ClaimTotals-1"
OLD, NEW = (f"http://localhost:{port}/000000000000/{NAME}" for port in (4566, 4700))
BODY = json.dumps({"link": OLD})


def scoped(name: str) -> str:
    """A key of MiniStack's: account, region, and the name's representation."""
    return f"000000000000\0us-east-1\0{name!r}"


@pytest.fixture
def state(tmp_path: Path) -> Path:
    """What MiniStack saves of one queue, its stack and a function, on port 4566."""
    queue = {"name": NAME, "url": OLD, "messages": [{"body": BODY}]}
    function = {
        "config": {"Environment": {"Variables": {"CLAIM_TOTALS_QUEUE_URL": OLD, "REDIS_URL": "redis://a:4566"}}}
    }
    saved: dict[str, dict[str, Any]] = {
        "sqs": {"queues": {"__account_region_scoped__": True, "data": {scoped(OLD): queue}}},
        "cloudformation": {"stacks": {"data": {"payerworks": {"_resources": {"ClaimTotals": OLD}}}}},
        "lambda": {"functions": {"data": {"f": function}}, "dynamodb_stream_positions": {"data": {"uuid": 7}}},
        "dynamodb": {"tables": {"data": {"item": {"S": OLD}}}},
    }
    for service, payload in saved.items():
        (tmp_path / f"{service}.json").write_text(json.dumps({"__ministack_format__": 2, "payload": payload}))
    return tmp_path


def payload(state: Path, service: str) -> Any:
    return json.loads((state / f"{service}.json").read_text())["payload"]


def test_saved_queues_move_to_the_port_with_their_messages(state: Path) -> None:
    saved_state.correct(state, 4700)
    moved = {"name": NAME, "url": NEW, "messages": [{"body": BODY}]}
    assert payload(state, "sqs")["queues"]["data"] == {scoped(NEW): moved}


def test_the_stack_and_its_functions_know_the_moved_queues(state: Path) -> None:
    saved_state.correct(state, 4700)
    assert payload(state, "cloudformation")["stacks"]["data"]["payerworks"]["_resources"]["ClaimTotals"] == NEW
    variables = payload(state, "lambda")["functions"]["data"]["f"]["config"]["Environment"]["Variables"]
    assert variables == {"CLAIM_TOTALS_QUEUE_URL": NEW, "REDIS_URL": "redis://a:4566"}


def test_what_clients_have_stored_stays_as_it_is(state: Path) -> None:
    saved_state.correct(state, 4700)
    assert payload(state, "dynamodb")["tables"]["data"]["item"] == {"S": OLD}


def test_queues_that_are_on_the_port_stay_there(state: Path) -> None:
    before = {service: payload(state, service) for service in ("sqs", "cloudformation")}
    saved_state.correct(state, 4566)
    assert {service: payload(state, service) for service in before} == before


def test_positions_in_streams_are_forgotten(state: Path) -> None:
    saved_state.correct(state, 4566)
    assert payload(state, "lambda")["dynamodb_stream_positions"]["data"] == {}


def test_a_first_start_has_nothing_to_correct(tmp_path: Path) -> None:
    saved_state.correct(tmp_path, 4566)
    assert list(tmp_path.iterdir()) == []
