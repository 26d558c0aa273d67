"""GET /top-provider-npis at 1,000 and at 100,000 claims: the handler's CPU, in one process.

The claims are put straight into the table, counted already, with the totals of their providers.
"""

import contextlib
import copy
import itertools
import json
import os
import pathlib
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from bench.cold_start import measured_environment
from bench.figures import ROUNDS, Row
from localstack.layout import ROOT

SIZES = (1_000, 100_000)
PROVIDERS = 500
CALLS = 1000
LIMIT_MS, LIMIT_RATIO = 2.0, 1.2

Item = dict[str, Any]


def rows(outputs: dict[str, Any]) -> Iterator[Row]:
    """The median call at 100,000 claims, against 1,000, and without Redis."""
    site = pathlib.Path(json.__file__).parents[1]
    environment = measured_environment(outputs)
    packages = next(path for path in sys.path if path.endswith("site-packages"))
    environment["PYTHONPATH"] = os.pathsep.join([environment["PYTHONPATH"], str(ROOT), packages, str(site)])
    command = [sys.executable, "-m", "bench.top_providers"]
    done = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, check=True)
    few, many, from_table = json.loads(done.stderr.splitlines()[-1])
    yield Row("top ten at 100,000 claims, CPU ms", many, LIMIT_MS)
    yield Row("top ten, 100,000 claims / 1,000 claims", [a / b for a, b in zip(many, few, strict=True)], LIMIT_RATIO)
    yield Row("top ten at 100,000 claims without Redis, CPU ms", from_table)


def measure() -> list[list[float]]:
    """CPU ms of the median call, each round: at few claims, at many, and at many read from the table."""
    from payerworks import redis_connection
    from payerworks.settings import settings

    tenants = [f"top-{size}-{time.time():.0f}" for size in SIZES]
    for tenant, size in zip(tenants, SIZES, strict=True):
        _fill(tenant, size)
    few, many = zip(*((_median(tenants[0]), _median(tenants[1])) for _ in range(ROUNDS)), strict=True)
    os.environ["REDIS_URL"] = ""
    for cached in (settings, redis_connection.redis):
        cached.cache_clear()
    return [list(few), list(many), [_median(tenants[1], 20) for _ in range(ROUNDS)]]


def _median(tenant: str, calls: int = CALLS) -> float:
    from claims import list_top_providers

    event = json.loads((ROOT / "events/claims/list_top_providers.json").read_text())
    spent = []
    for number in range(calls):
        call = copy.deepcopy(event)
        # Each call is another client's, since one may call ten times a minute.
        call["requestContext"]["authorizer"] |= {"tenant": tenant, "user_id": f"{time.time_ns()}-{number}"}
        began = time.process_time()
        answer = list_top_providers.handler(call, None)
        spent.append(time.process_time() - began)
        if answer["statusCode"] != 200 or len(json.loads(answer["body"])) != 10:
            raise SystemExit(f"the top ten are not there: {answer['statusCode']}")
    return statistics.median(spent) * 1000


def _fill(tenant: str, size: int) -> None:
    from payerworks.aws import client
    from payerworks.settings import settings

    dynamodb, table = client("dynamodb"), settings().tables["claims"]

    def write(batch: list[Item]) -> None:
        wanted = {table: [{"PutRequest": {"Item": item}} for item in batch]}
        while wanted:
            wanted = dynamodb.batch_write_item(RequestItems=wanted)["UnprocessedItems"]

    items = _items(tenant, size)
    with ThreadPoolExecutor(2) as threads:
        list(threads.map(write, iter(lambda: list(itertools.islice(items, 25)), [])))


def _items(tenant: str, size: int) -> Iterator[Item]:
    from claims.claim.new_claim import new_claims
    from claims.claim.valid_claim import check_claim
    from claims.storage.claim_items import claim_item, shard_of
    from claims.totals.provider_totals import rank
    from claims.totals.totals_repository import total_key

    event = json.loads((ROOT / "events/claims/create_claims.json").read_text())
    sums = [[0, 0] for _ in range(PROVIDERS)]
    for number in range(size):
        provider = number % PROVIDERS
        sent = json.loads(event["body"]) | {"provider_npi": f"1{provider:09}", "provider_fees": 100 + number % 997}
        valid = check_claim(sent)
        if isinstance(valid, list):
            raise SystemExit(f"the claim is not valid: {valid}")
        [claim] = new_claims(tenant, "bench", f"{tenant}#{number}", {0: valid})
        sums[provider][0] += claim.net_fee
        sums[provider][1] += 1
        item = claim_item(claim, "counted already")
        del item["operation"]
        yield item | {"counted": {"N": str(claim.net_fee)}}
    for provider, (cents, claims) in enumerate(sums):
        npi = f"1{provider:09}"
        yield total_key(tenant, npi) | {
            "total_rank": {"N": str(rank(cents, npi))},
            "claim_count": {"N": str(claims)},
            "total_shard": {"S": f"{tenant}#{shard_of(npi)}"},
        }


if __name__ == "__main__":
    with pathlib.Path(os.devnull).open("w") as nowhere, contextlib.redirect_stdout(nowhere):
        measured = measure()
    print(json.dumps(measured), file=sys.stderr)
