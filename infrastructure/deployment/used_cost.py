"""What the use of an environment costs a month: measured units of infrastructure/usage.json, and dated prices."""

import json
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from infrastructure.deployment.environments import APPLICATION, Environment
from infrastructure.deployment.monthly_cost import Line
from infrastructure.deployment.templates import FOLDER

USAGE = FOLDER / "usage.json"
SECONDS_AN_HOUR = 3600
FULL_CPU_MEGABYTES = 1769
"""With this memory a function has one whole processor, with less that part of one (Lambda, "Configure memory")."""
GIGABYTE = 1024**3
MILLION = 1_000_000
API_GIGABYTES = 0.5
"""The memory of the functions that handle calls."""

Units = Mapping[str, float]
"""What a unit of a kind takes, or one of the mix: numbers by the names that bench/usage.py gives them."""
Tiers = float | list[list[Any]]


class Meter(NamedTuple):
    """A part of the bill that follows use.

    price   its name in prices.json
    amount  how much of that a unit takes: of its units, and of what usage.json assumes
    halve   what would halve it
    needs   the stack, or the parameter of the application, without which it costs nothing
    """

    price: str
    amount: Callable[[Units, Units], float]
    halve: str
    needs: str = APPLICATION


def _millions(name: str) -> Callable[[Units, Units], float]:
    return lambda units, assumed: total(units, name) / MILLION  # noqa: ARG005 - all amounts are asked alike


def _gb_seconds(units: Units, assumed: Units) -> float:
    # The less memory a function has, the longer its CPU takes: the product is the same. Waits hold its own memory.
    cpu = units["cpu_ms"] / 1000 * FULL_CPU_MEGABYTES / 1024
    waits = units["gigabyte_waits"] * assumed["milliseconds that a function waits for a call of AWS or of OpenSearch"]
    return cpu + waits / 1000


def _log_gigabytes(units: Units, assumed: Units) -> float:
    own = assumed["bytes of the two lines that Lambda itself logs of an invocation"]
    return (units["log_bytes"] + units["lambda_requests"] * own) / GIGABYTE


METERS = (
    Meter(
        "million requests of the API",
        _millions("api_requests"),
        "clients that read lists instead of single items, and send claims in longer lists or in files",
    ),
    Meter(
        "million invocations",
        _millions("lambda_requests"),
        "AuthorizerCacheSeconds=300: every second one is the authorizer's; a token then outlives a logout as long",
    ),
    Meter(
        "million GB-seconds on arm64",
        lambda units, assumed: _gb_seconds(units, assumed) / MILLION,
        "AuthorizerCacheSeconds=300, and MemorySize=256 where functions mostly wait: waits cost the memory they hold",
    ),
    Meter(
        "million write units",
        _millions("write_units"),
        "provisioned capacity for a steady rate: 0.18 $ a million when all of it is used; shorter pages of claims, "
        "whose subscribers the ledger names one by one; fewer indexes of claims",
    ),
    Meter(
        "million read units",
        _millions("read_units"),
        "AuthorizerCacheSeconds=300, because each call reads its session; provisioned capacity for a steady rate",
    ),
    Meter(
        "gigabyte added to tables, with recovery points",
        lambda units, assumed: units["stored_bytes"] / GIGABYTE,  # noqa: ARG005
        "the table class Standard-IA for tables whose storage costs more than their units; it grows by this each month",
    ),
    Meter(
        "million requests of fair queues",
        _millions("sqs_requests"),
        "a BatchSize above 1 of OnPaymentDue: payments are received and deleted one by one, to wait for no other",
    ),
    Meter(
        "million requests of topics",
        _millions("sns_requests"),
        "a MaximumBatchingWindowInSeconds of the streams: up to ten changes are published in one request",
    ),
    Meter("million requests of keys", _millions("kms_requests"), "longer-lived tokens: only logins and refreshes sign"),
    Meter(
        "gigabyte of functions' logs",
        _log_gigabytes,
        "SystemLogLevel: WARN in the template drops Lambda's own lines; LogLevel=WARNING keeps only lines with metrics",
    ),
    Meter(
        "gigabyte of access logs",
        lambda units, assumed: units["api_requests"] * assumed["bytes of a line of the access log"] / GIGABYTE,
        "AccessLogs=false, or fewer members in the line's format",
        "AccessLogs",
    ),
    Meter(
        "million writes to S3",
        _millions("s3_writes"),
        "fewer segments of the ledger: a longer window of the queue AuditEntries; larger files and chunks (ChunkBytes)",
    ),
    Meter("million reads from S3", _millions("s3_reads"), "larger files, with larger chunks (ChunkBytes)"),
    Meter(
        "million units of Valkey",
        _millions("valkey_units"),
        "smaller plans: a unit is a kilobyte of what goes in or out",
        "engines",
    ),
    Meter(
        "gigabyte out",
        lambda units, assumed: units["answer_bytes"] / GIGABYTE,  # noqa: ARG005
        "clients that send If-None-Match and `Prefer: return=minimal`, and ask for shorter pages",
    ),
    Meter(
        "million requests of the firewall",
        _millions("api_requests"),
        "fewer calls, as for the API; Shield Advanced (3,000 $ a month) includes the firewall's requests",
        "edge",
    ),
)


class Used(NamedTuple):
    """The cost of a month at a rate: its lines, and by line the kind of call that causes most of it, with its share."""

    lines: list[Line]
    causes: dict[str, tuple[str, float]]


def usage() -> dict[str, Any]:
    """The measured units of each kind, the mix of kinds, and what is assumed."""
    read: dict[str, Any] = json.loads(USAGE.read_text())
    return read


def used_cost(environment: Environment, rate: float, read: Mapping[str, Any], priced: Mapping[str, Any]) -> Used:
    """What a month at `rate` units of the mix a second costs."""
    units = rate * priced["hours_a_month"] * SECONDS_AN_HOUR
    lines, causes = [], {}
    for meter in METERS:
        parts = {
            kind: share * meter.amount(_known(read["kinds"][kind]), read["assumed"])
            for kind, share in read["mix"].items()
        }
        if (number := units * sum(parts.values())) and _is_paid(meter, environment):
            lines.append(Line(meter.price, number, dollars(priced["used"][meter.price], number)))
            most = max(parts, key=lambda kind: parts[kind])
            causes[meter.price] = most, parts[most] / sum(parts.values())
    return Used(lines, causes)


def dollars(price: Tiers, number: float) -> float:
    """The price of a number of things; tiers are pairs of the number at which they end and of the price of each."""
    if not isinstance(price, list):
        return number * price
    cost, begin = 0.0, 0.0
    for end, each in price:
        cost += max(0.0, (number if end is None else min(number, end)) - begin) * each
        begin = end
    return cost


def total(units: Units, name: str) -> float:
    """The sum of a unit over all tables."""
    return sum(number for key, number in units.items() if key.partition(" ")[0] == name)


def over_quotas(environment: Environment, rate: float, read: Mapping[str, Any], priced: Mapping[str, Any]) -> list[str]:
    """The quotas and limits that a rate exceeds, each with what it would take."""
    mixed: dict[str, float] = {}
    for kind, share in read["mix"].items():
        for name, number in read["kinds"][kind].items():
            mixed[name] = mixed.get(name, 0.0) + share * number
    calls, tables = rate * mixed["api_requests"], ("write_units", "read_units")
    most = {name: max((rate * mixed[key] for key in mixed if key.startswith(name)), default=0.0) for name in tables}
    takes = {
        "requests a second of all APIs": calls,
        "functions at the same time": rate * _gb_seconds(_known(mixed), read["assumed"]) / API_GIGABYTES,
        "write units a second of a table": most["write_units"],
        "read units a second of a table": most["read_units"],
    }
    limits = dict(priced["quotas"])
    if "ThrottleRate" in environment.parameters[APPLICATION]:
        limits["requests a second by ThrottleRate"] = float(environment.parameters[APPLICATION]["ThrottleRate"])
        takes["requests a second by ThrottleRate"] = calls
    return [f"{limits[name]:,.0f} {name} ({takes[name]:,.0f})" for name in limits if takes[name] > limits[name]]


def _known(units: Units) -> Units:
    # What a kind takes nothing of is not in its units.
    return {"cpu_ms": 0.0, "gigabyte_waits": 0.0, "log_bytes": 0.0, "stored_bytes": 0.0, "answer_bytes": 0.0, **units}


def _is_paid(meter: Meter, environment: Environment) -> bool:
    given = environment.parameters
    return meter.needs in given or given[APPLICATION].get(meter.needs) == "true"
