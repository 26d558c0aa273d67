"""The cost of loading a file by DynamoDB's rules: one unit per KB of a written item, two in a transaction.

(Amazon DynamoDB Developer Guide, "DynamoDB throughput capacity" and "Global secondary indexes".)
"""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from payerworks.aws import client
from tests.unit.intake.conftest import Intake

PATIENTS, VISITS = 50, 4
HEADER = "mrn,first_name,last_name,birth_date,visit_account_number,visit_date,reason\n"
Item = dict[str, dict[str, Any]]


def units_of(item: Item) -> int:
    """The units of a put: those of the item and, if it is in a list, those of the index."""
    size = sum(len(name.encode()) + len(str(*value.values()).encode()) for name, value in item.items())
    return -(-size // 1024) + ("list" in item)


def inserted(statement: dict[str, Any]) -> Item:
    names = re.findall(r"'(\w+)': \?", statement["Statement"])
    return dict(zip(names, statement["Parameters"], strict=True))


def written(operation: str, params: dict[str, Any]) -> int:
    """The maximum number of units that a call writes."""
    match operation:
        case "BatchExecuteStatement":
            return sum(units_of(inserted(statement)) for statement in params["Statements"])
        case "TransactWriteItems":
            puts = [entry["Put"]["Item"] for entry in params["TransactItems"] if "Put" in entry]
            updates = len(params["TransactItems"]) - len(puts)
            return sum(units_of(item) + 1 for item in puts) + 2 * updates
        case "PutItem":
            return units_of(params["Item"])
        case "UpdateItem":
            return 1
        case "BatchGetItem" | "GetItem" | "Query":
            return 0
    raise AssertionError(f"{operation} is not counted")


@pytest.fixture
def units(intake: Intake) -> Iterator[list[int]]:
    """The units that each call wrote since the list was emptied."""
    found: list[int] = []

    def note(params: dict[str, Any], model: Any, **_: object) -> None:
        found.append(written(model.name, params))

    events = client("dynamodb").meta.events
    events.register("provide-client-params.dynamodb.*", note)
    yield found
    events.unregister("provide-client-params.dynamodb.*", note)


def test_a_new_row_takes_at_most_2_6_write_units_and_one_that_is_known_none(intake: Intake, units: list[int]) -> None:
    lines = [
        f"{number:08},Ada{number},Field,1990-02-14,V-{number}-{visit},2024-11-{visit + 1:02},Check-up\n"
        for visit in range(VISITS)
        for number in range(PATIENTS)
    ]
    chunks = intake.split(intake.put(HEADER + "".join(lines)))
    units.clear()
    for chunk in chunks:
        intake.load(chunk)
    # In one transaction the chunk and the job's counts, in another the job's end, its unfinished item and its content.
    counted_once = 2 * 2 + 3 * 2
    assert sum(units) - counted_once <= 2.6 * len(lines)
    assert intake.job()["visits_created"] == len(lines)
    chunks = intake.split(intake.put(HEADER + "".join(lines), "patients/again.csv"))
    units.clear()
    for chunk in chunks:
        intake.load(chunk)
    assert sum(units) <= counted_once
    assert intake.job("patients/again.csv")["duplicates"] == len(lines)
