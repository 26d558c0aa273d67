"""Run the benchmarks on a separate stack: `make bench` runs them all, `make bench ROWS="cached lag"` only these."""

import os
import sys
from collections.abc import Callable, Iterable

from bench import (
    audited_call,
    burst,
    cached_plan,
    cold_start,
    directory_pages,
    ingested_file,
    logins,
    patched_plan,
    plan_search,
    posted_claims,
    reindex,
    search_lag,
    top_providers,
    usage,
)
from bench.figures import Row
from localstack.problem import StackProblem
from localstack.stack import Stack

BENCHMARKS: dict[str, Callable[[dict[str, object]], Iterable[Row]]] = {
    "burst": burst.rows,
    "cold": cold_start.rows,
    "cached": cached_plan.rows,
    "audit": audited_call.rows,
    "patch": patched_plan.rows,
    "lag": search_lag.rows,
    "search": plan_search.rows,
    "reindex": reindex.rows,
    "logins": logins.rows,
    "top": top_providers.rows,
    "directory": directory_pages.rows,
    "claims": posted_claims.rows,
    "ingest": ingested_file.rows,
    "usage": usage.rows,
}


def main(names: list[str]) -> int:
    """Run the named benchmarks, or all if `names` is empty; return 1 if a row misses its limit, 2 for a wrong name."""
    unknown = set(names) - set(BENCHMARKS)
    if unknown:
        print(
            f"Unknown benchmarks: {', '.join(sorted(unknown))}. Choose from {', '.join(BENCHMARKS)}.", file=sys.stderr
        )
        return 2
    stack = Stack("bench")
    already_running = stack.running()
    if not already_running:
        stack.clean()  # data of an earlier run slows the emulator down
    try:
        stack.up()
        outputs = stack.outputs()
        print(f"\n{'':<60}{'median':>9}  {'spread':<15} {'limit':>6}")
        within_limits = [print_row(row) for name in names or BENCHMARKS for row in BENCHMARKS[name](outputs)]
    except StackProblem as problem:
        print(problem, file=sys.stderr)
        return 1
    finally:
        stack.kill(*(stack.running() - already_running))
    return 0 if all(within_limits) else 1


def print_row(row: Row) -> bool:
    """Print a row at once; return whether it is within its limit."""
    print(row, flush=True)
    return row.is_within_limit


if __name__ == "__main__":
    sys.exit(main(os.environ.get("ROWS", "").split()))
