"""What was done to the ledger is found, with its place: in the table, in the files, and between them."""

import json
from typing import Any

import pytest

from audit import verify_audit
from audit.storage import verification
from payerworks.aws import client
from payerworks.settings import settings
from tests.unit.audit.audit import deliver, entries, files, message, stored
from tests.unit.conftest import Call

Fault = tuple[str, str, int]
LONG_AGO = "2026-01-01T00:00:00.000+00:00"


@pytest.fixture
def ledger(aws: Any) -> str:
    """Eight entries in three files; their day."""
    for names in ("abc", "de", "fgh"):
        deliver(*(message(name, at=LONG_AGO) for name in names))
    return str(entries()[0]["day"])


def verified(call: Call, **query: str) -> tuple[int, list[Fault]]:
    """How many entries were checked, and what was found."""
    count, found, cursor = 0, [], {}
    while True:
        answer = call(verify_audit.handler, "audit/verify_audit", query={**query, **cursor})
        assert answer["statusCode"] == 200, answer["body"]
        page = answer["json"]
        count += page["entries"]
        found += [(fault["kind"], fault["store"], fault["number"]) for fault in page["faults"]]
        if page["nextCursor"] is None:
            return count, found
        cursor = {"cursor": page["nextCursor"]}


def link(day: str, number: int) -> dict[str, Any]:
    sk = f"{number:09}"
    return next(item for item in stored() if item["pk"]["S"] == f"acme#DAY#{day}" and item["sk"]["S"] == sk)


def put(item: dict[str, Any]) -> None:
    client("dynamodb").put_item(TableName=settings().tables["audit"], Item=item)


def delete(item: dict[str, Any]) -> None:
    key = {name: item[name] for name in ("pk", "sk")}
    client("dynamodb").delete_item(TableName=settings().tables["audit"], Key=key)


def put_file(day: str, number: int, lines: list[bytes]) -> None:
    body = b"".join(line + b"\n" for line in lines)
    client("s3").put_object(Bucket=settings().audit_bucket, Key=f"acme/{day}/{number:09}.jsonl", Body=body)


def lines_of(day: str, number: int) -> list[bytes]:
    return files()[f"acme/{day}/{number:09}.jsonl"].splitlines()


def test_a_ledger_that_nobody_touched_is_whole(call: Call, ledger: str) -> None:
    assert verified(call) == (8, [])
    assert verified(call, **{"from": ledger, "to": ledger}) == (8, [])
    assert verified(call, to="2026-01-01") == (0, [])


def test_a_tenant_without_entries_has_no_faults(call: Call) -> None:
    assert verified(call) == (0, [])


def test_every_flipped_byte_of_a_file_is_found_in_its_place(call: Call, ledger: str) -> None:
    lines = lines_of(ledger, 4)
    for place in range(0, len(lines[1]), 7):
        flipped = bytearray(lines[1])
        flipped[place] ^= 1
        put_file(ledger, 4, [lines[0], bytes(flipped)])
        assert verified(call)[1] == [("changed", "files", 5)], place
    put_file(ledger, 4, lines)
    assert verified(call)[1] == []


def test_every_flipped_byte_of_the_table_is_found_in_its_place(call: Call, ledger: str) -> None:
    item = link(ledger, 3)
    for name in ("entry", "entry_hash"):
        text = item[name]["S"]
        for place in range(0, len(text), 9):
            flipped = text[:place] + chr(ord(text[place]) ^ 1) + text[place + 1 :]
            put(item | {name: {"S": flipped}})
            assert verified(call)[1] == [("changed", "table", 3)], (name, place)


@pytest.mark.parametrize("number", [1, 5, 8])
def test_a_missing_entry_of_the_table_is_found(call: Call, ledger: str, number: int) -> None:
    delete(link(ledger, number))
    assert verified(call)[1] == [("missing", "table", number)]


@pytest.mark.parametrize(("file", "line", "number"), [(1, 0, 1), (4, 1, 5), (6, 2, 8)])
def test_a_missing_line_of_a_file_is_found(call: Call, ledger: str, file: int, line: int, number: int) -> None:
    lines = lines_of(ledger, file)
    put_file(ledger, file, lines[:line] + lines[line + 1 :])
    assert verified(call)[1] == [("missing", "files", number)]


@pytest.mark.parametrize("first", [1, 4, 6])
def test_a_missing_file_is_found(call: Call, ledger: str, first: int) -> None:
    client("s3").delete_object(Bucket=settings().audit_bucket, Key=f"acme/{ledger}/{first:09}.jsonl")
    assert verified(call)[1] == [("missing", "files", first)]


def test_swapped_entries_of_the_table_are_found(call: Call, ledger: str) -> None:
    one, other = link(ledger, 4), link(ledger, 7)
    names = ("entry", "entry_hash")
    put(one | {name: other[name] for name in names})
    put(other | {name: one[name] for name in names})
    assert verified(call)[1] == [("swapped", "table", 4)]


def test_swapped_lines_of_a_file_are_found(call: Call, ledger: str) -> None:
    first, second, third = lines_of(ledger, 6)
    put_file(ledger, 6, [second, first, third])
    assert verified(call)[1] == [("swapped", "files", 6)]


def test_swapped_files_are_found(call: Call, ledger: str) -> None:
    one, other = lines_of(ledger, 4), lines_of(ledger, 6)
    put_file(ledger, 4, other)
    put_file(ledger, 6, one)
    assert ("swapped", "files", 4) in verified(call)[1]


def test_a_chain_that_was_forged_from_an_entry_on_differs_from_the_files(call: Call, ledger: str) -> None:
    """Whoever can write to the table alone cannot hide a change by making the chain anew."""
    from audit.chain.links import Place, chained

    forged = [dict(link(ledger, number)) for number in range(3, 9)]
    texts = [json.loads(item["entry"]["S"]) | {"user": "nobody"} for item in forged]
    made = chained(Place(ledger, 2), link(ledger, 2)["entry_hash"]["S"], texts)
    for item, new in zip(forged, made, strict=True):
        put(item | {"entry": {"S": new.text}, "entry_hash": {"S": new.hash}})
    assert verified(call)[1] == [("different", "table", 3)]


def test_an_entry_that_was_put_in_between_is_found(call: Call, ledger: str) -> None:
    from audit.chain.links import Place, chained

    [new] = chained(Place(ledger, 8), "0" * 64, [json.loads(link(ledger, 8)["entry"]["S"])])
    item = link(ledger, 8)
    put(item | {"sk": {"S": "000000009"}, "entry": {"S": new.text}, "entry_hash": {"S": new.hash}})
    assert verified(call)[1] == [("unlinked", "table", 9), ("missing", "files", 9)]


def test_a_day_that_is_gone_from_the_table_is_found(call: Call, ledger: str) -> None:
    for item in stored():
        delete(item)
    assert verified(call)[1] == [("missing", "table", 1)]


def test_the_first_entry_of_a_day_follows_the_last_of_the_day_before(
    call: Call, ledger: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    import datetime
    from types import SimpleNamespace

    from audit.storage import ledger as appending

    tomorrow = datetime.datetime.fromisoformat(ledger) + datetime.timedelta(days=1)
    clock = SimpleNamespace(UTC=datetime.UTC, datetime=SimpleNamespace(now=lambda _: tomorrow))
    monkeypatch.setattr(appending, "datetime", clock)
    deliver(message("i", at=LONG_AGO))
    next_day = tomorrow.date().isoformat()
    assert verified(call) == (9, [])
    assert verified(call, **{"from": next_day}) == (1, [])
    for number in (8, 7):
        delete(link(ledger, number))
    assert verified(call)[1] == [("missing", "table", 7)]


def test_what_is_new_may_not_be_in_the_files_yet(call: Call, ledger: str) -> None:
    import datetime

    now = datetime.datetime.now(datetime.UTC).isoformat()
    deliver(message("i", at=now))
    client("s3").delete_object(Bucket=settings().audit_bucket, Key=f"acme/{ledger}/{9:09}.jsonl")
    assert verified(call) == (9, [])


def test_pages_find_what_a_whole_would(call: Call, ledger: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verification, "SEGMENTS", 1)
    assert verified(call) == (8, [])
    delete(link(ledger, 3))
    first, second, third = lines_of(ledger, 6)
    put_file(ledger, 6, [first, third, second])
    assert verified(call)[1] == [("missing", "table", 3), ("swapped", "files", 7)]


def test_the_answer_names_the_day_and_whoever_asks_is_in_the_ledger(call: Call, ledger: str) -> None:
    from tests.unit.audit.audit import settle

    assert call(verify_audit.handler, "audit/verify_audit")["json"]["day"] == ledger
    settle()
    assert entries()[-1]["operation"] == "verify_audit"
