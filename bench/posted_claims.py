"""Claims per second that eight clients post over HTTP, in lists of 50 and, with `partial`, of 500.

The stream functions run meanwhile. The baseline is bare transactions: the same items written directly to the table by
as many threads, in transactions of the size of a list, or of the maximum size if the list is longer.
"""

import json
import time
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx

from bench.figures import ROUNDS, Row
from bench.tokens import access_token
from localstack.deployed import aws_client
from localstack.layout import ROOT
from payerworks.dynamodb import TRANSACTION_ITEMS

CLIENTS = 8
CLAIMS = 4000
"""Per round."""
PROVIDERS = 200
LEAST = 2000

Claim = dict[str, Any]


def rows(outputs: dict[str, Any]) -> Iterator[Row]:
    """Claims per second for both list sizes, and the ratio of each to bare transactions."""
    headers = {"Authorization": f"Bearer {access_token(outputs)}", "Content-Type": "application/json"}
    with httpx.Client(base_url=outputs["api_url"], headers=headers, timeout=60) as api:
        put = _bare(outputs, api)
        for size, path in ((50, "/claims"), (500, "/claims?partial=true")):

            def post(claims: list[Claim], path: str = path) -> None:
                api.post(path, content=json.dumps(claims)).raise_for_status()

            _rate(post, size, CLIENTS * size)  # start the functions
            posted, bare = [], []
            for _ in range(ROUNDS):
                posted.append(_rate(post, size))
                bare.append(_rate(put, min(size, TRANSACTION_ITEMS)))
            name = f"claims posted in lists of {size}"
            yield Row(f"{name}, per second", posted, least=LEAST)
            yield Row(f"{name} / in bare transactions", [ours / base for ours, base in zip(posted, bare, strict=True)])


def _rate(send: Callable[[list[Claim]], None], size: int, claims: int = CLAIMS) -> float:
    """Claims per second when CLIENTS threads send them in lists of `size`."""
    lists = [_claims(size) for _ in range(claims // size)]
    with ThreadPoolExecutor(CLIENTS) as threads:
        began = time.monotonic()
        list(threads.map(send, lists))
        return claims / (time.monotonic() - began)


def _claims(number: int) -> list[Claim]:
    claim = json.loads(json.loads((ROOT / "events/claims/create_claims.json").read_text())["body"])
    return [claim | {"provider_npi": f"1{n % PROVIDERS:09}", "provider_fees": n} for n in range(number)]


def _bare(outputs: dict[str, Any], api: httpx.Client) -> Callable[[list[Claim]], None]:
    """A function that writes one copy of a stored claim per claim to the table, in one transaction."""
    table, dynamodb = outputs["tables"]["claims"], aws_client(outputs, "dynamodb")
    stored = api.post("/claims", content=json.dumps(_claims(1)[0])).raise_for_status().json()
    items = dynamodb.query(
        TableName=table,
        IndexName="by_provider",
        KeyConditionExpression="provider_list = :list",
        ExpressionAttributeValues={":list": {"S": f"main#{stored['provider_npi']}"}},
        Limit=1,
    )["Items"]
    key = {name: items[0][name] for name in ("pk", "sk")}
    item = dynamodb.get_item(TableName=table, Key=key)["Item"]

    def put(claims: list[Claim]) -> None:
        puts = [
            {
                "Put": {
                    "TableName": table,
                    "Item": item | {"pk": {"S": f"bare#{uuid.uuid4().hex}"}, "operation": {"S": "created"}},
                    "ConditionExpression": "attribute_not_exists(pk)",
                }
            }
            for _ in claims
        ]
        dynamodb.transact_write_items(TransactItems=puts)

    return put
