"""`make bench`: start a stack of its own, measure, print a row each. `make bench ROWS=cached` picks rows by name."""

import os
import sys
from collections.abc import Callable, Iterable

from bench import (
    burst,
    cached_plan,
    cold_start,
    ingested_file,
    plan_search,
    posted_claims,
    reindex,
    search_lag,
    top_providers,
)
from bench.figures import Row
from localstack.problem import StackProblem
from localstack.stack import Stack

MEASURES: dict[str, Callable[[dict[str, object]], Iterable[Row]]] = {
    "burst": burst.rows,
    "cold": cold_start.rows,
    "cached": cached_plan.rows,
    "lag": search_lag.rows,
    "search": plan_search.rows,
    "reindex": reindex.rows,
    "top": top_providers.rows,
    "claims": posted_claims.rows,
    "ingest": ingested_file.rows,
}


def main(wanted: list[str]) -> int:
    unknown = set(wanted) - set(MEASURES)
    if unknown:
        print(
            f"There are no rows named {', '.join(sorted(unknown))}; there are {', '.join(MEASURES)}.", file=sys.stderr
        )
        return 2
    stack = Stack("bench")
    before = stack.running()
    if not before:
        stack.clean()  # what an earlier run has left in its tables makes the emulator slower
    try:
        stack.up()
        outputs = stack.outputs()
        print(f"\n{'':<60}{'median':>9}  {'spread':<15} {'limit':>6}")
        rows = [shown(row) for name in wanted or MEASURES for row in MEASURES[name](outputs)]
    except StackProblem as problem:
        print(problem, file=sys.stderr)
        return 1
    finally:
        stack.kill(*(stack.running() - before))
    return 0 if all(rows) else 1


def shown(row: Row) -> bool:
    """Print a row as soon as it is measured; whether it is within its limit."""
    print(row, flush=True)
    return row.holds


if __name__ == "__main__":
    sys.exit(main(os.environ.get("ROWS", "").split()))
