"""What calls take of AWS, with all that follows from them: units, requests, CPU and bytes, for `make cost`.

The handlers run in one process against the stack; each message and each change of a table is delivered to the
functions that the template names, and the stack's own functions rest meanwhile. The figures go into
infrastructure/usage.json.
"""

import contextlib
import datetime
import json
import os
import pathlib
import platform
import statistics
import time
from collections.abc import Iterator
from typing import Any

import botocore

from bench.built_code import measured
from bench.figures import Row
from bench.tokens import access_token
from localstack.build import read_template
from localstack.deployed import aws_client, function_environment
from localstack.layout import ROOT

USAGE = ROOT / "infrastructure" / "usage.json"
PAUSE_SECONDS = 2
"""Batches that functions have taken already are done in this time."""


def rows(outputs: dict[str, Any]) -> Iterator[Row]:
    """CPU milliseconds of each kind of call; writes all that was measured into infrastructure/usage.json."""
    functions = _functions()
    with _resting(outputs) as sources:
        consumers = [_consumer(functions, outputs, source) for source in sources]
        variables = {name: text for each in consumers for name, text in each.pop("variables").items()}
        # The layer has botocore's data of the services that functions call; the streams are not among them.
        data = str(pathlib.Path(botocore.__file__).parent / "data")
        given = {"CONSUMERS": json.dumps(consumers), "TOKEN": access_token(outputs), "AWS_DATA_PATH": data}
        found = measured(outputs, "bench.usage_kinds", variables | given)
    _write(found)
    for kind, rounds in found.items():
        yield Row(f"{kind}, CPU of all functions", [each["cpu_ms"] for each in rounds], unit="ms")


def _functions() -> dict[str, dict[str, Any]]:
    template = read_template(ROOT / "template.yaml")
    megabytes = template["Globals"]["Function"]["MemorySize"]
    return {
        name: {"MemorySize": megabytes} | resource["Properties"]
        for name, resource in template["Resources"].items()
        if resource["Type"] == "AWS::Serverless::Function"
    }


@contextlib.contextmanager
def _resting(outputs: dict[str, Any]) -> Iterator[list[dict[str, Any]]]:
    """Keep the stack's own functions from taking messages and changes; gives what they would take them from."""
    client = aws_client(outputs, "lambda")
    pages = client.get_paginator("list_event_source_mappings").paginate()
    sources = [source for page in pages for source in page["EventSourceMappings"]]
    for source in sources:
        client.update_event_source_mapping(UUID=source["UUID"], Enabled=False)
    time.sleep(PAUSE_SECONDS)
    try:
        yield sources
    finally:
        for source in sources:
            client.update_event_source_mapping(UUID=source["UUID"], Enabled=True)


def _consumer(functions: dict[str, dict[str, Any]], outputs: dict[str, Any], source: dict[str, Any]) -> dict[str, Any]:
    """A function, and where its events come from."""
    names = {physical: logical for logical, physical in outputs["functions"].items()}
    name = names[source["FunctionArn"].rpartition(":")[2]]
    properties = functions[name]
    events = [event["Properties"] for event in properties["Events"].values() if "BatchSize" in event["Properties"]]
    filters = events[0].get("FilterCriteria", {}).get("Filters", [])
    return {
        "function": name,
        "handler": properties["Handler"],
        "megabytes": properties["MemorySize"],
        "arn": source["EventSourceArn"],
        "batch": events[0]["BatchSize"],
        "patterns": [json.loads(each["Pattern"]) for each in filters],
        "variables": function_environment(outputs, name),
    }


def _write(found: dict[str, list[dict[str, float]]]) -> None:
    usage = json.loads(USAGE.read_text())
    usage["measured_on"] = datetime.datetime.now(datetime.UTC).date().isoformat()
    usage["machine"] = f"{os.cpu_count()} processors, {platform.machine()}, Python {platform.python_version()}"
    usage["kinds"] = {kind: _medians(rounds) for kind, rounds in found.items()}
    USAGE.write_text(json.dumps(usage, indent=2, ensure_ascii=False) + "\n")


def _medians(rounds: list[dict[str, float]]) -> dict[str, float]:
    names = sorted({name for each in rounds for name in each})
    return {name: round(statistics.median(each.get(name, 0.0) for each in rounds), 4) for name in names}
