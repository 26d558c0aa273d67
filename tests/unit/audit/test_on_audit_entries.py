"""Entries are appended once, whatever comes twice, late, in another order, or is killed on its way."""

import datetime
import random
from types import SimpleNamespace
from typing import Any

import pytest

from audit.chain.links import GENESIS, digest
from audit.storage import ledger
from payerworks.aws import client
from tests.unit.audit.audit import calls, deliver, entries, files, message, stored
from tests.unit.interleaving import Killed, after_call, before_call, kill

pytestmark = pytest.mark.usefixtures("aws")


def lines() -> list[tuple[str, str]]:
    """Hash and text of each line of the files, in their order."""
    bodies = [body.decode() for _, body in sorted(files().items())]
    found = (line.partition(" ") for body in bodies for line in body.splitlines())
    return [(hash_, text) for hash_, _, text in found]


def test_entries_of_a_tenant_are_a_chain_in_table_and_files() -> None:
    assert deliver(message("a"), message("b"), message("other", tenant="other")) == []
    assert deliver(message("c")) == []
    assert calls(entries()) == ["a", "b", "c"]
    assert calls(entries("other")) == ["other"]
    acme = [(hash_, text) for hash_, text in lines() if '"call":"other"' not in text]
    assert [digest(text) for _, text in acme] == [hash_ for hash_, _ in acme]
    assert [entry["previous"] for entry in entries()] == [GENESIS, *(hash_ for hash_, _ in acme[:-1])]
    assert [entry["number"] for entry in entries()] == [1, 2, 3]
    in_table = [item["entry"]["S"] for item in stored() if item["pk"]["S"].startswith("acme#DAY#")]
    assert sorted(in_table) == sorted(text for _, text in acme)


def test_a_day_begins_with_the_hash_of_the_last(monkeypatch: pytest.MonkeyPatch) -> None:
    deliver(message("a"), message("b"))
    yesterday = entries()[0]["day"]
    tomorrow = datetime.datetime.fromisoformat(yesterday) + datetime.timedelta(days=1)
    with monkeypatch.context() as patched:
        clock = SimpleNamespace(UTC=datetime.UTC, datetime=SimpleNamespace(now=lambda _: tomorrow))
        patched.setattr(ledger, "datetime", clock)
        deliver(message("c"))
    deliver(message("d"))  # by a clock that is behind
    assert [(entry["call"], entry["number"]) for entry in entries()] == [("a", 1), ("b", 2), ("c", 1), ("d", 2)]
    assert entries()[2]["previous"] == lines()[1][0]
    assert entries()[3]["day"] == entries()[2]["day"] != yesterday


def test_what_comes_again_adds_nothing() -> None:
    for _ in range(2):
        assert deliver(message("a"), message("a"), message("b")) == []
    assert calls(entries()) == ["a", "b"]


def test_an_announcement_adds_nothing_once_its_call_is_over() -> None:
    deliver(message("a"))
    deliver(message("a", outcome=None))
    deliver(message("b", outcome=None), message("b"))
    assert [(entry["call"], entry["outcome"]) for entry in entries()] == [("a", 200), ("b", 200)]


def test_a_call_that_was_killed_has_an_entry_without_outcome() -> None:
    for _ in range(2):
        deliver(message("a", outcome=None))
    assert [(entry["call"], entry["outcome"]) for entry in entries()] == [("a", None)]


def test_what_comes_after_its_announcement_amends_it_once() -> None:
    deliver(message("a", outcome=None))
    for _ in range(2):
        deliver(message("a"), message("a", outcome=None))
    first, second = entries()
    assert "amends" not in first
    assert (second["outcome"], second["amends"]) == (200, f"{first['day']}#000000001")


def test_a_message_that_is_none_fails_alone() -> None:
    poison = {"tenant": "acme"}
    assert deliver(message("a"), poison, message("b")) == [poison]
    assert calls(entries()) == ["a", "b"]


def test_a_large_batch_is_more_than_one_transaction() -> None:
    subjects = [f"patient:{number}" for number in range(100)]
    assert deliver(*(message(f"c{number}", subjects=subjects[number:]) for number in range(100))) == []
    assert [entry["number"] for entry in entries()] == list(range(1, 101))
    assert [key.rpartition("/")[2] for key in sorted(files())] == [f"{first:09}.jsonl" for first in (1, 50, 99)]
    of_last = [item for item in stored() if item["pk"]["S"] == "acme#OF#99"]
    assert len(of_last) == 100


def test_who_appends_side_by_side_makes_one_chain() -> None:
    with before_call("TransactWriteItems", lambda: deliver(message("other"))):
        assert deliver(message("a")) == []
    assert calls(entries()) == ["other", "a"]
    assert entries()[1]["previous"] == lines()[0][0]


def test_two_deliveries_of_one_message_side_by_side_make_one_entry() -> None:
    with before_call("TransactWriteItems", lambda: deliver(message("a"))):
        assert deliver(message("a")) == []
    assert calls(entries()) == ["a"]


@pytest.mark.parametrize("killed", [before_call, after_call])
@pytest.mark.parametrize(
    "batches",
    [
        pytest.param([["done"]], id="an entry"),
        pytest.param([["announced"]], id="an entry of a call that was killed"),
        pytest.param([["announced"], ["done"]], id="an entry that amends another"),
    ],
)
def test_a_function_that_is_killed_at_any_call_loses_nothing(killed: Any, batches: list[list[str]]) -> None:
    made = {"done": 200, "announced": None}
    number = 0
    while True:
        call = f"{killed.__name__}{number}"
        pending = [[message(call, outcome=made[each]) for each in batch] for batch in batches]
        try:
            with killed("*", kill, number=number):
                for batch in pending:
                    deliver(*batch)
        except Killed:
            for batch in pending:  # what was not deleted comes again, in whatever order
                assert deliver(*batch) == []
        else:
            break
        finally:
            number += 1
    found = entries()
    firsts = [entry["call"] for entry in found if "amends" not in entry]
    assert sorted(firsts) == sorted({f"{killed.__name__}{each}" for each in range(number)})
    assert [entry["number"] for entry in found] == list(range(1, len(found) + 1))
    # The files have what the table has, and so have the lists.
    assert [text for _, text in lines()] == _texts()
    assert len([item for item in stored() if "#BY#" in item["pk"]["S"]]) == len(found)
    assert number > 4


def _texts() -> list[str]:
    items = [item for item in stored() if "#DAY#" in item["pk"]["S"]]
    return [item["entry"]["S"] for item in sorted(items, key=lambda item: item["sk"]["S"])]


def test_a_file_that_cannot_be_put_leaves_its_message_and_comes_with_the_next_try() -> None:
    def fail(**_: Any) -> Any:
        raise ConnectionError

    events = client("s3").meta.events
    events.register_first("before-call.s3.PutObject", fail)
    try:
        assert calls(deliver(message("a"))) == ["a"]
    finally:
        events.unregister("before-call.s3.PutObject", fail)
    assert files() == {}
    assert deliver(message("a")) == []
    assert len(files()) == 1
    assert calls(entries()) == ["a"]


def test_any_order_of_deliveries_gives_each_call_one_entry() -> None:
    chance = random.Random(17)
    sent = [message(f"c{number % 40}", outcome=chance.choice([200, None])) for number in range(120)]
    chance.shuffle(sent)
    while sent:
        size = chance.randint(1, 15)
        batch, sent = sent[:size], sent[size:]
        deliver(*batch)
    firsts = [entry["call"] for entry in entries() if "amends" not in entry]
    assert sorted(firsts) == sorted({f"c{number}" for number in range(40)})
