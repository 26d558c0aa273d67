"""CPU of GET /top-provider-npis with 1,000 and with 100,000 claims, measured by calling the handler.

The claims are written directly to the table, together with their shares and the totals of their providers.
"""

import copy
import itertools
import json
import os
import statistics
import time
from collections.abc import Iterator
from typing import Any

from bench.built_code import measured, report
from bench.figures import ROUNDS, Row
from localstack.layout import ROOT

SIZES = (1_000, 100_000)
PROVIDERS = 500
CALLS = 1000
LIMIT_MS, LIMIT_RATIO = 2.0, 1.2

Item = dict[str, Any]


def rows(outputs: dict[str, Any]) -> Iterator[Row]:
    """The median call with 100,000 claims: in ms, as a ratio to 1,000 claims, and in ms without Redis."""
    few, many, from_table = measured(outputs, "bench.top_providers")
    yield Row("top ten at 100,000 claims, CPU ms", many, LIMIT_MS)
    yield Row("top ten, 100,000 claims / 1,000 claims", [a / b for a, b in zip(many, few, strict=True)], LIMIT_RATIO)
    yield Row("top ten at 100,000 claims without Redis, CPU ms", from_table)


def measure() -> list[list[float]]:
    """CPU ms of the median call in each round: with few claims, with many, and with many but without Redis."""
    from payerworks import redis_connection
    from payerworks.settings import settings

    tenants = [f"top-{size}-{time.time():.0f}" for size in SIZES]
    for tenant, size in zip(tenants, SIZES, strict=True):
        _fill(tenant, size)
    few, many = zip(*((_median(tenants[0]), _median(tenants[1])) for _ in range(ROUNDS)), strict=True)
    os.environ["REDIS_URL"] = ""
    for cached_function in (settings, redis_connection.redis):
        cached_function.cache_clear()
    return [list(few), list(many), [_median(tenants[1], 20) for _ in range(ROUNDS)]]


def _median(tenant: str, calls: int = CALLS) -> float:
    from claims import list_top_providers

    event = json.loads((ROOT / "events/claims/list_top_providers.json").read_text())
    seconds = []
    for number in range(calls):
        call = copy.deepcopy(event)
        # Each call has its own user, because a user may call only ten times a minute.
        call["requestContext"]["authorizer"] |= {"tenant": tenant, "user_id": f"{time.time_ns()}-{number}"}
        began = time.process_time()
        answer = list_top_providers.handler(call, None)
        seconds.append(time.process_time() - began)
        if answer["statusCode"] != 200 or len(json.loads(answer["body"])) != 10:
            raise SystemExit(f"the top ten are missing: status {answer['statusCode']}")
    return statistics.median(seconds) * 1000


def _fill(tenant: str, size: int) -> None:
    from payerworks.batches import write_all
    from payerworks.dynamodb import Table

    requests = ({"PutRequest": {"Item": item}} for item in _items(tenant, size))
    while some := list(itertools.islice(requests, 1_000)):  # all of them at once take much memory
        write_all(Table("claims"), some)


def _items(tenant: str, size: int) -> Iterator[Item]:
    from claims.claim.new_claim import new_claims
    from claims.claim.valid_claim import check_claim
    from claims.storage.claim_items import claim_item, shard_of
    from claims.totals.provider_totals import rank
    from claims.totals.share_repository import share_item
    from claims.totals.totals_repository import total_key

    event = json.loads((ROOT / "events/claims/create_claims.json").read_text())
    sums = [[0, 0] for _ in range(PROVIDERS)]
    for number in range(size):
        provider = number % PROVIDERS
        body = json.loads(event["body"]) | {"provider_npi": f"1{provider:09}", "provider_fees": 100 + number % 997}
        valid = check_claim(body)
        if isinstance(valid, list):
            raise SystemExit(f"the claim is not valid: {valid}")
        [claim] = new_claims(tenant, "bench", f"{tenant}#{number}", {0: valid})
        sums[provider][0] += claim.net_fee
        sums[provider][1] += 1
        item = claim_item(claim, "accrued already")
        del item["operation"]  # so the stream publishes nothing
        yield item
        yield share_item((tenant, claim.provider_npi), claim.claim_id, claim.version, claim.net_fee)
    for provider, (cents, claims) in enumerate(sums):
        npi = f"1{provider:09}"
        yield total_key(tenant, npi) | {
            "total_rank": {"N": str(rank(cents, npi))},
            "claim_count": {"N": str(claims)},
            "total_shard": {"S": f"{tenant}#{shard_of(npi)}"},
        }


if __name__ == "__main__":
    report(measure)
