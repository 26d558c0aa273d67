"""What use costs: sums worked out by hand from invented units and prices, and the files that `make cost` reads."""

from typing import Any

import pytest

from infrastructure.deployment.cost import RATES, report
from infrastructure.deployment.environments import Environment, environments
from infrastructure.deployment.monthly_cost import HALVES, monthly_cost, prices
from infrastructure.deployment.used_cost import METERS, dollars, over_quotas, usage, used_cost
from localstack.layout import ROOT

# A month of 1,000 hours: one unit a second is 3.6 million.
PRICED: dict[str, Any] = {
    "hours_a_month": 1000,
    "used": {meter.price: 0.0 for meter in METERS}
    | {
        "million requests of the API": [[3, 4.0], [None, 1.0]],
        "million GB-seconds on arm64": 10.0,
        "million write units": 0.5,
        "gigabyte of functions' logs": 0.5,
        "million requests of the firewall": 1.0,
        "gigabyte of access logs": 1.0,
        "million units of Valkey": 1.0,
    },
    "quotas": {
        "requests a second of all APIs": 100,
        "functions at the same time": 20,
        "write units a second of a table": 300,
        "read units a second of a table": 300,
    },
}
READ: dict[str, Any] = {
    "mix": {"read": 0.75, "write": 0.25},
    "assumed": {
        "milliseconds that a function waits for a call of AWS or of OpenSearch": 4,
        "bytes of the two lines that Lambda itself logs of an invocation": 512,
        "bytes of a line of the access log": 1024,
    },
    "kinds": {
        # 20 ms of a processor are 0.02 · 1769 / 1024 GB-seconds.
        "read": {"api_requests": 1, "lambda_requests": 2, "cpu_ms": 20.48, "gigabyte_waits": 0.5, "log_bytes": 0},
        "write": {
            "api_requests": 1,
            "lambda_requests": 2,
            "cpu_ms": 40.96,
            "gigabyte_waits": 2.5,
            "log_bytes": 4096,
            "write_units plans": 6,
            "write_units audit": 2,
            "valkey_units": 4,
        },
    },
}


def environment(*stacks: str, **application: str) -> Environment:
    given = {stack: dict[str, str]() for stack in stacks} | {"application": application}
    return Environment("invented", "payerworks-invented", "us-east-1", given)


def test_tiers_count_each_part_of_a_number_at_its_own_price() -> None:
    tiers = [[10, 2.0], [30, 1.0], [None, 0.5]]
    assert dollars(2.0, 7) == 14
    assert dollars(tiers, 7) == 14
    assert dollars(tiers, 10) == 20
    assert dollars(tiers, 25) == 20 + 15
    assert dollars(tiers, 40) == 20 + 20 + 5


def test_a_month_at_a_rate_is_the_sum_of_what_the_mix_takes() -> None:
    used = used_cost(environment("edge", AccessLogs="true"), 10, READ, PRICED)
    lines = {line.what: line for line in used.lines}
    # 36 million units of the mix, each a request: 3 million at 4 $, 33 million at 1 $.
    assert lines["million requests of the API"].number == pytest.approx(36)
    assert lines["million requests of the API"].dollars == pytest.approx(12 + 33)
    assert lines["million requests of the firewall"].dollars == pytest.approx(36)
    # CPU 25.6 ms a unit: 0.0256 · 1.7275390625 = 0.044225; waits 0.75 · 0.5 + 0.25 · 2.5 = 1 GB · 4 ms = 0.004.
    assert lines["million GB-seconds on arm64"].number == pytest.approx(36 * (0.044225 + 0.004))
    # A quarter of the units write 8 units.
    assert lines["million write units"].dollars == pytest.approx(36 * 2 * 0.5)
    # 1,024 bytes of our own lines and 2 · 512 of Lambda's: 2 KB of 36 million.
    assert lines["gigabyte of functions' logs"].number == pytest.approx(36e6 * 2048 / 1024**3)
    assert lines["gigabyte of access logs"].number == pytest.approx(36e6 * 1024 / 1024**3)


def test_what_an_environment_lacks_costs_nothing() -> None:
    names = {line.what for line in used_cost(environment(), 10, READ, PRICED).lines}
    assert not names & {"million requests of the firewall", "gigabyte of access logs", "million units of Valkey"}
    assert "million units of Valkey" in {
        line.what for line in used_cost(environment("engines"), 10, READ, PRICED).lines
    }


def test_a_line_says_which_kind_of_call_causes_most_of_it() -> None:
    causes = used_cost(environment(), 10, READ, PRICED).causes
    assert causes["million write units"] == ("write", 1.0)
    assert causes["million requests of the API"] == ("read", 0.75)


def test_quotas_and_the_limit_of_the_environment_are_compared_with_what_a_rate_takes() -> None:
    given = environment(ThrottleRate="50")
    assert over_quotas(given, 50, READ, PRICED) == []
    # 200 a second of 0.048225 GB-seconds in functions of half a gigabyte: 19.29 at the same time; 300 units of plans.
    assert over_quotas(given, 200, READ, PRICED) == [
        "100 requests a second of all APIs (200)",
        "50 requests a second by ThrottleRate (200)",
    ]
    assert over_quotas(environment(), 210, READ, PRICED) == [
        "100 requests a second of all APIs (210)",
        "20 functions at the same time (20)",
        "300 write units a second of a table (315)",
    ]


def test_the_mix_is_of_measured_kinds_and_its_shares_are_all() -> None:
    read = usage()
    assert set(read["mix"]) == set(read["kinds"])
    assert sum(read["mix"].values()) == pytest.approx(1)
    for kind, units in read["kinds"].items():
        assert units["cpu_ms"] > 0, kind
        assert units["read_units auth"] > 0, f"{kind}: without its authorizer"


def test_each_line_has_a_price_and_says_what_would_halve_it() -> None:
    read = prices()
    assert {meter.price for meter in METERS} == set(read["used"])
    assert all(meter.halve for meter in METERS)
    assert set(HALVES) == set(read["an_hour"]) | set(read["a_month"])
    for tiers in read["used"].values():
        if isinstance(tiers, list):
            ends = [end for end, _ in tiers]
            assert ends[-1] is None
            assert ends[:-1] == sorted(ends[:-1])


def test_idle_queues_are_asked_for_messages_all_the_time() -> None:
    # 5 · 180 receives an hour of each queue: seven without OpenSearch, with a processor; prod has three more, and none
    # of payments.
    [dev] = [line for line in monthly_cost(environments()["dev"]) if line.what == "million empty receives"]
    [prod] = [line for line in monthly_cost(environments()["prod"]) if line.what == "million empty receives"]
    assert dev.number == pytest.approx(7 * 900 * 730 / 1e6)
    assert prod.number == pytest.approx(9 * 900 * 730 / 1e6)


@pytest.mark.parametrize("name", [name for name in environments() if name != "local"])
def test_the_report_of_an_environment_adds_up(name: str) -> None:
    lines = list(report(environments()[name], [10, 20_000]))
    [whole] = [line for line in lines if line.startswith("  in all")]
    rows = lines[2 : lines.index(whole)]
    idle, small, large = (float(text.replace(",", "")) for text in whole.split()[2:])
    assert idle == pytest.approx(sum(line.dollars for line in monthly_cost(environments()[name])), abs=0.01)
    assert idle < small < large
    printed = [float(row[-15:].replace(",", "")) for row in rows]
    assert sum(printed) == pytest.approx(large, abs=0.01 * len(rows))
    assert sum(line.startswith("The largest at") for line in lines) == 2


def test_the_document_shows_what_is_printed() -> None:
    section = (ROOT / "docs/aws.md").read_text().partition("## What it costs")[2]
    shown = section.split("```")[1].splitlines()
    printed = list(report(environments()["prod"], RATES))
    assert not {line for line in shown if line not in ("", "…", "$ make cost ENV=prod")} - set(printed)
