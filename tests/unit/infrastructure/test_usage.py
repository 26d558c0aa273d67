"""How the use of calls is measured: sizes of items, filters of streams, and what counts while a function runs."""

import json
from collections.abc import Iterator
from typing import Any

import botocore.session
import pytest
from moto.dynamodb.models import DynamoDBBackend

from bench.usage_deliveries import matches
from bench.usage_meter import Log, Meter
from intake.registry.registry_items import TABLE
from payerworks.aws import client, session
from payerworks.batches import insert_all
from tests.unit.cli.gateway import events
from tests.unit.conftest import TEMPLATE
from tests.unit.intake.conftest import insert_batch


def test_a_filter_of_the_template_lets_through_what_it_names() -> None:
    patterns = {
        name: [json.loads(each["Pattern"]) for each in event["FilterCriteria"]["Filters"]]
        for name, event in events("DynamoDB")
    }

    def passes(name: str, kind: str, sk: str, **image: Any) -> bool:
        change = {"Keys": {"sk": {"S": sk}}, "NewImage": {"sk": {"S": sk}} | image}
        return any(matches(pattern, {"eventName": kind, "dynamodb": change}) for pattern in patterns[name])

    assert passes("OnPlanChanged", "INSERT", "VERSION#1")
    assert not passes("OnPlanChanged", "MODIFY", "VERSION#1")
    assert not passes("OnPlanChanged", "INSERT", "PLAN")
    assert passes("OnClaimChanged", "INSERT", "CLAIM", operation={"S": "created"})
    assert not passes("OnClaimChanged", "INSERT", "CLAIM")


@pytest.fixture
def meter(aws: botocore.session.Session) -> Iterator[Meter]:
    yield Meter(Log())
    for made in (client, session):  # they have the meter's hooks
        made.cache_clear()


def put(item: dict[str, Any]) -> None:
    client("dynamodb").put_item(TableName=TEMPLATE.refs["PlansTable"], Item=item)


def test_only_what_runs_in_an_invocation_is_counted(meter: Meter) -> None:
    item = {"pk": {"S": "usage"}, "sk": {"S": "x"}}
    put(item)
    assert not meter.taken
    with meter.invocation(512):
        put(item)
        client("sqs").send_message(QueueUrl=TEMPLATE.refs["ClaimTotals"], MessageBody="x" * 70_000)
    put(item)
    assert meter.taken["write_units plans"] == 1
    assert meter.taken["sqs_requests"] == 2  # of 64 KB each
    assert meter.taken["gigabyte_waits"] == 2 * 0.5
    assert meter.taken["lambda_requests"] == 1


def test_stored_bytes_are_of_items_and_of_their_entries_in_indexes(meter: Meter) -> None:
    before = meter.stored_bytes()
    put({"pk": {"S": "usage"}, "sk": {"S": "é"}})
    # Names and values: 2 + 5 + 2 + 2, and 100 of each item.
    assert meter.stored_bytes() - before == 111
    put({"pk": {"S": "usage"}, "sk": {"S": "é"}, "tenant": {"S": "t"}, "plan_id": {"S": "p"}, "other": {"S": "12345"}})
    # The item has 7 + 8 + 10 more; its entry in by_tenant the keys and those two members.
    assert meter.stored_bytes() - before == 111 + 25 + (11 + 7 + 8 + 100)


def test_inserts_by_statements_are_counted_by_size_and_indexes(meter: Meter, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(DynamoDBBackend, "batch_execute_statement", insert_batch)
    texts = {"pk": "usage", "sk": "x", "list": "acme", "list_order": "1", "document": "x" * 1500}
    with meter.invocation(512):
        insert_all(TABLE, [{name: {"S": text} for name, text in texts.items()}])
    assert meter.taken["write_units intake"] == 2 + 1  # 1.5 KB, and an entry of by_list
