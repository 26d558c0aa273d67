"""What an environment costs a month before anybody uses it, from the dated prices of infrastructure/prices.json."""

import json
from collections.abc import Iterator
from typing import Any, NamedTuple

from infrastructure.deployment.environments import Environment
from infrastructure.deployment.templates import FOLDER
from localstack.build import read_template
from localstack.layout import ROOT

PRICES = FOLDER / "prices.json"
OWN_METRICS = 30
"""Names under which functions count and record, and latencies of groups."""
_NODES = {"small": ("t3.small.search", 20, 0.1), "full": ("r6g.large.search", 100, 0.1)}
"""Type of node, gigabytes of its disk, and the gigabytes of Valkey that are paid at least: engines.yaml, `Sizes`."""
_KEYS_OF_APPLICATION = 2
_EMPTY_RECEIVES = 5 * 3 * 60
"""Receives of an idle queue in an hour: Lambda asks with five pollers, each for 20 seconds (Lambda, "Using SQS")."""
HALVES = {
    "interface endpoint in a zone": "EndpointZones=1 of `network`: a third of the cost; calls then cross zones",
    "t3.small.search": "no engines: profile small",
    "r6g.large.search": "MultiAz=false, or Size=small, of `engines`; nodes reserved for three years cost about half",
    "m6g.large.search": "MultiAz=false of `engines`: without it there are no nodes of its own for the cluster manager",
    "gigabyte of Valkey": "nothing: it is the least that is paid for; profile small has none",
    "gigabyte of gp3 of OpenSearch": "smaller disks in `Sizes` of engines.yaml, while the indexes fit",
    "key": "one key for logs and data instead of one in each stack",
    "secret": "nothing: secrets are few",
    "metric of an alarm": "fewer alarms in watch.yaml",
    "metric of our own": "fewer names of metrics in log lines",
    "dashboard": "no dashboard: three of an account are free",
    "firewall": "no stack `edge`, or one firewall for all environments",
    "rule of the firewall": "no stack `edge`, or fewer rules",
    "million empty receives": "fewer pollers: ProvisionedPollerConfig, which has a price of its own, or fewer queues",
}
"""What would halve each line."""


class Line(NamedTuple):
    """A part of the sum, in dollars a month."""

    what: str
    number: float
    dollars: float


def prices() -> dict[str, Any]:
    """The prices, their date and region."""
    read: dict[str, Any] = json.loads(PRICES.read_text())
    return read


def monthly_cost(environment: Environment) -> list[Line]:
    """The fixed cost of the environment, part by part. What is used (calls, storage, data) comes on top."""
    read = prices()
    hourly = {name: price * read["hours_a_month"] for name, price in read["an_hour"].items()}
    each = hourly | read["a_month"]
    return [Line(what, number, number * each[what]) for what, number in _parts(environment) if number]


def _parts(environment: Environment) -> Iterator[tuple[str, float]]:
    stacks = environment.parameters
    if "network" in stacks:
        endpoints = _count("network", "AWS::EC2::VPCEndpoint", VpcEndpointType="Interface")
        yield "interface endpoint in a zone", endpoints * int(stacks["network"]["EndpointZones"])
    if "engines" in stacks:
        settings = stacks["engines"]
        node, gigabytes, cached = _NODES[settings["Size"]]
        nodes = 3 if settings.get("MultiAz") == "true" else 1
        yield node, nodes
        yield "gigabyte of gp3 of OpenSearch", nodes * gigabytes
        yield "m6g.large.search", 3 if nodes == 3 and settings["Size"] == "full" else 0
        yield "gigabyte of Valkey", cached
    receives = _queues(environment) * _EMPTY_RECEIVES * prices()["hours_a_month"]
    yield "million empty receives", receives / 1_000_000
    around = [stack for stack in stacks if stack != "application"]
    yield "key", _KEYS_OF_APPLICATION + sum(_count(stack, "AWS::KMS::Key") for stack in around)
    yield "secret", 1 + sum(_count(stack, "AWS::SecretsManager::Secret") for stack in around)
    if "watch" in stacks:
        yield "metric of an alarm", sum(_metrics_of(alarm) for alarm in _of_type("watch", "AWS::CloudWatch::Alarm"))
        yield "metric of our own", OWN_METRICS
        yield "dashboard", 1
    if "edge" in stacks:
        yield "firewall", 1
        yield "rule of the firewall", 2


def _queues(environment: Environment) -> int:
    """Queues that functions ask for messages: of the indexes if there are engines, of payments with a processor."""
    with_engines = "engines" in environment.parameters
    with_processor = environment.parameters["application"].get("PaymentProcessor", "none") != "none"
    functions = read_template(ROOT / "template.yaml")["Resources"].values()
    asking = 0
    for properties in (each["Properties"] for each in functions if each["Type"] == "AWS::Serverless::Function"):
        is_used = with_engines if properties["Handler"].startswith("search.") else with_processor
        for event in properties.get("Events", {}).values():
            asking += event["Type"] == "SQS" and (is_used or "Enabled" not in event["Properties"])
    return asking


def _of_type(stack: str, kind: str) -> list[dict[str, Any]]:
    resources = read_template(FOLDER / f"{stack}.yaml")["Resources"].values()
    return [each.get("Properties", {}) for each in resources if each["Type"] == kind]


def _count(stack: str, kind: str, **properties: str) -> int:
    found = _of_type(stack, kind)
    return sum(all(each.get(name) == value for name, value in properties.items()) for each in found)


def _metrics_of(alarm: dict[str, Any]) -> int:
    return sum("MetricStat" in query for query in alarm.get("Metrics", [])) or 1
