"""The table is made again from the files."""

from typing import Any

from audit import list_audit_entries, rebuild_audit, verify_audit
from audit.storage import rebuilding
from tests.unit.audit.audit import deliver, entries, message, stored
from tests.unit.audit.test_verify_audit import delete, link, put
from tests.unit.conftest import Call


def by_key(items: list[dict[str, Any]]) -> dict[tuple[str, str], dict[str, Any]]:
    return {(item["pk"]["S"], item["sk"]["S"]): item for item in items}


def test_a_table_that_is_lost_comes_back_as_it_was(call: Call, monkeypatch: Any) -> None:
    deliver(message("a"), message("b", outcome=None), message("x", tenant="other"))
    deliver(message("b"))
    deliver(message("c", subjects=["patient:1", "subscriber:1", "patient:2"]))
    before = by_key(stored())
    for item in stored():
        delete(item)
    monkeypatch.setattr(rebuilding, "SEGMENTS", 2)
    answers = [rebuild_audit.handler({"tenant": tenant}, None) for tenant in ("acme", "other")]
    assert [(answer["day"], answer["entries"]) for answer in answers] == [(None, 4), (None, 1)]
    assert by_key(stored()) == before


def test_a_changed_entry_becomes_what_the_files_say_and_newer_ones_stay(call: Call) -> None:
    deliver(message("a"))
    day = entries()[0]["day"]
    item = link(day, 1)
    put(item | {"entry": {"S": item["entry"]["S"].replace("u-7", "u-8")}})
    assert call(verify_audit.handler, "audit/verify_audit")["json"]["faults"]
    deliver(message("b"))
    rebuild_audit.handler({"tenant": "acme", "day": day}, None)
    assert call(verify_audit.handler, "audit/verify_audit")["json"]["faults"] == []
    deliver(message("c"))
    listed = call(list_audit_entries.handler, "audit/list_audit_entries")["json"]["items"]
    assert [each["call"] for each in listed] == ["c", "b", "a"]


def test_a_run_whose_time_is_over_says_how_to_go_on(call: Call) -> None:
    class NearlyOver:
        def get_remaining_time_in_millis(self) -> int:
            return 10_000

    deliver(message("a"))
    event = rebuild_audit.handler({"tenant": "acme"}, NearlyOver())
    assert (event["day"], event["entries"]) == (entries()[0]["day"], 0)
    assert rebuild_audit.handler(event, None)["day"] is None
