"""The totals under doubled batches and killed functions, and made anew by the command, on the deployed stack."""

import json
import random
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import pytest
from typer.testing import CliRunner

from claims.storage.claim_items import claim_key, partition_key, shard_of
from claims.totals.provider_totals import cents_of
from claims.totals.totals_repository import total_key
from payerworks_cli.command_line import app
from tests.integration.claims.conftest import Client, new_claim, new_npi, tenant
from tests.integration.conftest import STACK_NAME, Api
from tests.integration.crashes import killed_now_and_then, retries_after

PATIENCE_SECONDS = 900

Sums = dict[str, tuple[int, int]]
"""Cents and number of claims by NPI."""


@pytest.mark.parametrize("number", [2000, pytest.param(100_000, marks=pytest.mark.long)])
def test_totals_equal_the_sum_over_the_claims_whatever_is_doubled_and_killed(
    api: Api, stack: dict[str, Any], client: Client, number: int
) -> None:
    npis = [new_npi() for _ in range(20)]
    sent = [[_random_claim(npis) for _ in range(500)] for _ in range(number // 500)]
    with (
        _payments_paused(stack, client),
        retries_after(5, stack, "ClaimTotals"),
        killed_now_and_then(stack, ["OnClaimChanged", "OnTotalsDue"], times=8 + number // 5000),
    ):
        with ThreadPoolExecutor(4) as threads:
            lists = list(threads.map(lambda claims: api.post("/claims?partial=true", claims).json(), sent))
        stored = [result["claim"] for results in lists for result in results]
        assert len(stored) == number
        voided = random.sample(stored, number // 20)
        _deliver_again(api, stack, client, stored)
        for claim in voided:
            _void(api, stack, client, claim["id"])
        left = {claim["id"]: claim for claim in stored}
        for claim in voided:
            del left[claim["id"]]
        expected = _sums(left.values(), npis)
        held = _until(lambda: _totals(api, stack, client, npis), expected)
    assert held == expected
    _deliver_again(api, stack, client, stored)
    time.sleep(5)
    assert _totals(api, stack, client, npis) == expected


def test_lost_and_wrong_totals_are_made_anew_by_one_command_while_claims_come(
    api: Api, stack: dict[str, Any], client: Client
) -> None:
    npis = [new_npi() for _ in range(5)]
    claims = [_random_claim(npis) for _ in range(200)]
    stored = [result["claim"] for result in api.post("/claims?partial=true", claims).json()]
    assert _until(lambda: _totals(api, stack, client, npis), _sums(stored, npis)) == _sums(stored, npis)
    dynamodb, table = client("dynamodb"), stack["tables"]["claims"]
    dynamodb.delete_item(TableName=table, Key=total_key(tenant(api), npis[0]))
    dynamodb.update_item(
        TableName=table,
        Key=total_key(tenant(api), npis[1]),
        UpdateExpression="ADD total_rank :wrong, claim_count :one",
        ExpressionAttributeValues={":wrong": {"N": "123450000000000"}, ":one": {"N": "1"}},
    )
    with ThreadPoolExecutor(1) as thread:
        more = thread.submit(lambda: api.post("/claims?partial=true", [_random_claim(npis) for _ in range(200)]).json())
        done = CliRunner().invoke(app, ["claims", "recount", "--stack-dir", f".local-{STACK_NAME}", "--json"])
        stored += [result["claim"] for result in more.result()]
    assert done.exit_code == 0, done.output
    assert json.loads(done.output)["corrected"] >= 2
    assert _until(lambda: _totals(api, stack, client, npis), _sums(stored, npis)) == _sums(stored, npis)


def _random_claim(npis: list[str]) -> dict[str, Any]:
    cents = random.randrange(10_000_000)
    return new_claim(random.choice(npis), fee=f"{cents // 100}.{cents % 100:02}", allowed_fees=random.randrange(50_000))


def _sums(claims: Any, npis: list[str]) -> Sums:
    cents: Counter[str] = Counter()
    numbers: Counter[str] = Counter()
    for claim in claims:
        cents[claim["provider_npi"]] += round(claim["net_fee"] * 100)
        numbers[claim["provider_npi"]] += 1
    return {npi: (cents[npi], numbers[npi]) for npi in npis}


def _totals(api: Api, stack: dict[str, Any], client: Client, npis: list[str]) -> Sums:
    keys = [total_key(tenant(api), npi) for npi in npis]
    request = {stack["tables"]["claims"]: {"Keys": keys, "ConsistentRead": True}}
    items = client("dynamodb").batch_get_item(RequestItems=request)["Responses"][stack["tables"]["claims"]]
    held = {item["pk"]["S"].split("#")[2]: item for item in items if "total_rank" in item}
    return {
        npi: (cents_of(int(held[npi]["total_rank"]["N"])), int(held[npi]["claim_count"]["N"]))
        if npi in held
        else (0, 0)
        for npi in npis
    }


def _until(ask: Callable[[], Sums], wanted: Sums) -> Sums:
    end = time.monotonic() + PATIENCE_SECONDS
    while (held := ask()) != wanted and time.monotonic() < end:
        time.sleep(0.5)
    return held


def _void(api: Api, stack: dict[str, Any], client: Client, claim_id: str) -> None:
    """Change a claim's status as an operation does that makes it void."""
    partition = partition_key(tenant(api), "void", shard_of(claim_id))
    client("dynamodb").update_item(
        TableName=stack["tables"]["claims"],
        Key=claim_key(tenant(api), claim_id),
        UpdateExpression="SET version = version + :one, #status = :void, operation = :to, status_list = :list",
        ExpressionAttributeNames={"#status": "status"},
        ExpressionAttributeValues={
            ":one": {"N": "1"},
            ":void": {"S": "void"},
            ":to": {"S": "voided"},
            ":list": {"S": partition},
        },
    )


def _deliver_again(api: Api, stack: dict[str, Any], client: Client, claims: list[dict[str, Any]]) -> None:
    """Give the totals their messages once more, shuffled and in other batches."""
    ids = [{"tenant": tenant(api), "claimId": claim["id"]} for claim in claims]
    random.shuffle(ids)
    sqs = client("sqs")
    for start in range(0, len(ids), 70):
        body = json.dumps({"claims": ids[start : start + 70]})
        sqs.send_message(QueueUrl=stack["queues"]["ClaimTotals"], MessageBody=body)


@contextmanager
def _payments_paused(stack: dict[str, Any], client: Client) -> Iterator[None]:
    """Pay none of the claims, which would take longer than all that is looked at here."""
    functions = client("lambda")
    name = stack["functions"]["OnPaymentDue"]
    [mapping] = functions.list_event_source_mappings(FunctionName=name)["EventSourceMappings"]
    functions.update_event_source_mapping(UUID=mapping["UUID"], Enabled=False)
    try:
        yield
    finally:
        client("sqs").purge_queue(QueueUrl=stack["queues"]["ClaimPayments"])
        functions.update_event_source_mapping(UUID=mapping["UUID"], Enabled=True)
