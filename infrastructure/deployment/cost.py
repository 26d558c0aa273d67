"""`python -m infrastructure.deployment.cost ENV [RATE …]`: what an environment costs; `make cost ENV=…` runs it."""

import argparse
import sys
from collections.abc import Iterator, Sequence

from infrastructure.deployment.environments import Environment, find
from infrastructure.deployment.monthly_cost import HALVES, monthly_cost, prices
from infrastructure.deployment.used_cost import METERS, MILLION, SECONDS_AN_HOUR, over_quotas, usage, used_cost
from localstack.problem import StackProblem

RATES = (10.0, 1_000.0, 20_000.0)
LARGEST = 10


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m infrastructure.deployment.cost", description=__doc__)
    parser.add_argument("environment", help="an environment of samconfig.toml")
    parser.add_argument("rates", nargs="*", type=float, default=RATES, help="requests a second; default: 10 1000 20000")
    return parser.parse_args()


def report(environment: Environment, rates: Sequence[float]) -> Iterator[str]:
    """The lines to print: a table by rate, what exceeds a quota, and the largest lines with what would halve them."""
    read, priced = usage(), prices()
    fixed = {line.what: line.dollars for line in monthly_cost(environment)}
    used = {rate: used_cost(environment, rate, read, priced) for rate in rates}
    columns = [fixed] + [fixed | {line.what: line.dollars for line in used[rate].lines} for rate in rates]
    dates = f"prices of {priced['region']}, {priced['as_of']}; units measured on {read['measured_on']}"
    yield f"{environment.name}, dollars a month ({dates}):"
    yield _row("", ["idle", *(f"{rate:,g}/s" for rate in rates)])
    for what in dict.fromkeys(what for column in columns for what in column):
        yield _row(what, [f"{column[what]:,.2f}" if what in column else "" for column in columns])
    sums = [sum(column.values()) for column in columns]
    yield _row("in all", [f"{each:,.2f}" for each in sums])
    requests = [rate * priced["hours_a_month"] * SECONDS_AN_HOUR / MILLION for rate in rates]
    yield _row("for a million requests", ["", *(f"{a / b:,.2f}" for a, b in zip(sums[1:], requests, strict=True))])
    yield "A request is one of the mix in infrastructure/usage.json, which says what is measured and assumed."
    halves = HALVES | {meter.price: meter.halve for meter in METERS}
    for rate, column, whole in zip(rates, columns[1:], sums[1:], strict=True):
        yield ""
        if over := over_quotas(environment, rate, read, priced):
            yield f"{rate:,g}/s is over these quotas (and would take): {'; '.join(over)}"
        yield f"The largest at {rate:,g}/s, and what would halve each:"
        for what in sorted(column, key=lambda what: -column[what])[:LARGEST]:
            kind, share = used[rate].causes.get(what, ("", 0.0))
            mostly = f" ({share:.0%} by {kind})" if kind else ""
            yield f"  {column[what] / whole:4.0%}  {what}{mostly}"
            yield f"        {halves[what]}"


def _row(what: str, texts: Sequence[str]) -> str:
    return f"  {what:<48}" + "".join(f"{text:>15}" for text in texts)


if __name__ == "__main__":
    args = arguments()
    try:
        print("\n".join(report(find(args.environment), args.rates)))
    except StackProblem as problem:
        sys.exit(str(problem))
