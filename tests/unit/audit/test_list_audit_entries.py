"""The list of entries: who may read it, its filters and pages."""

from typing import Any

import pytest

from audit import list_audit_entries
from tests.unit.audit.audit import deliver, entries, message, settle
from tests.unit.conftest import Call


def listed(call: Call, **query: str) -> list[str]:
    answer = call(list_audit_entries.handler, "audit/list_audit_entries", query=query)
    assert answer["statusCode"] == 200, answer["body"]
    return [item["call"] for item in answer["json"]["items"]]


@pytest.fixture
def ledger(aws: Any) -> None:
    deliver(message("a", user="u-1", subjects=["patient:7"]))
    deliver(message("b", user="u-2", subjects=["patient:7", "registry-patient:8"], operation="list_claims"))
    deliver(message("c", user="u-1", subjects=[], subject_count=0))
    deliver(message("d", tenant="other"))


@pytest.mark.usefixtures("ledger")
def test_entries_are_listed_the_newest_first_and_of_one_tenant(call: Call) -> None:
    answer = call(list_audit_entries.handler, "audit/list_audit_entries")["json"]
    assert [item["call"] for item in answer["items"]] == ["c", "b", "a"]
    assert answer["items"][2]["hash"] == answer["items"][1]["previous"]


@pytest.mark.usefixtures("ledger")
def test_filters_hold_together(call: Call) -> None:
    assert listed(call, patient="7") == ["b", "a"]
    assert listed(call, patient="8") == ["b"]
    assert listed(call, user="u-1") == ["c", "a"]
    assert listed(call, user="u-1", patient="7") == ["a"]
    assert listed(call, operation="list_claims") == ["b"]
    assert listed(call, patient="9") == []
    assert listed(call, user="u-9") == []


@pytest.mark.usefixtures("ledger")
def test_days_are_inclusive(call: Call) -> None:
    today = entries()[0]["day"]
    for query in ({}, {"patient": "7"}, {"user": "u-2"}):
        everything = listed(call, **query)
        assert everything
        assert listed(call, **query, **{"from": today, "to": today}) == everything
        assert listed(call, **query, to="2026-01-01") == []
        assert listed(call, **query, **{"from": "2999-01-01"}) == []
    answer = call(
        list_audit_entries.handler, "audit/list_audit_entries", query={"from": "2026-01-02", "to": "2026-01-01"}
    )
    assert answer["statusCode"] == 400


@pytest.mark.parametrize("query", [{}, {"patient": "7"}, {"user": "u-1"}, {"operation": "x"}])
def test_pages_show_each_entry_once(call: Call, query: dict[str, str]) -> None:
    for number in range(7):
        deliver(message(f"c{number}", user="u-1", subjects=["patient:7"], operation="x"))
    seen: list[str] = []
    cursor: dict[str, str] = {}
    while True:
        page = call(list_audit_entries.handler, "audit/list_audit_entries", query={**query, "limit": "3", **cursor})
        seen += [item["call"] for item in page["json"]["items"]]
        if page["json"]["nextCursor"] is None:
            break
        cursor = {"cursor": page["json"]["nextCursor"]}
    assert seen == [f"c{number}" for number in reversed(range(7))]


@pytest.mark.usefixtures("ledger")
def test_reading_the_ledger_is_an_entry_of_whom_it_was_about(call: Call) -> None:
    listed(call, patient="7")
    settle()
    last = entries()[-1]
    assert (last["operation"], last["user"], last["subjects"]) == ("list_audit_entries", "u-auditor", ["patient:7"])
    assert listed(call, patient="7")[0] == last["call"]


@pytest.mark.usefixtures("ledger")
def test_an_entry_whose_text_was_damaged_is_shown_as_what_is_left_of_it(call: Call) -> None:
    from payerworks.aws import client
    from payerworks.settings import settings

    key = {"pk": {"S": f"acme#DAY#{entries()[0]['day']}"}, "sk": {"S": "000000002"}}
    client("dynamodb").update_item(
        TableName=settings().tables["audit"],
        Key=key,
        UpdateExpression="SET entry = :text",
        ExpressionAttributeValues={":text": {"S": "{"}},
    )
    assert listed(call, user="u-1") == ["c", "a"]
    assert call(list_audit_entries.handler, "audit/list_audit_entries")["statusCode"] == 200
