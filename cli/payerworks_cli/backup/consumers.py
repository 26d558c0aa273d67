"""Pause what works on tables by itself while they fill: the feeds of their streams, and schedules.

On half of the items they do harm (docs/backup.md): a claim without its share would be counted into a total that has it
already. Pausing loses nothing: a stream keeps its records for a day.
"""

import time
from collections.abc import Callable, Iterator
from typing import Any

from payerworks_cli.aws import aws_client
from payerworks_cli.backup.restore_marks import Paused
from payerworks_cli.errors import TookTooLong
from payerworks_cli.stack_outputs import Stack

POLL_SECONDS = 1.0
WAIT_SECONDS = 300.0


def running_consumers(stack: Stack) -> Paused:
    """The enabled mappings from the tables' streams, and the enabled schedules of the stack's functions."""
    functions = aws_client(stack, "lambda")
    streams = tuple(f":table/{name}/stream/" for name in stack.tables.values())
    mappings = [
        mapping["UUID"]
        for page in functions.get_paginator("list_event_source_mappings").paginate()
        for mapping in page["EventSourceMappings"]
        if any(stream in mapping.get("EventSourceArn", "") for stream in streams) and mapping["State"] != "Disabled"
    ]
    return Paused(mappings=mappings, rules=sorted(set(_enabled_rules(stack, functions))))


def _enabled_rules(stack: Stack, functions: Any) -> Iterator[str]:
    events = aws_client(stack, "events")
    # Functions that an event starts are named so (CONTRIBUTING.md).
    for name in (name for logical, name in stack.functions.items() if logical.startswith("On")):
        arn = functions.get_function_configuration(FunctionName=name)["FunctionArn"]
        for rule in events.list_rule_names_by_target(TargetArn=arn)["RuleNames"]:
            if events.describe_rule(Name=rule)["State"] == "ENABLED":
                yield rule


def pause(stack: Stack, paused: Paused) -> None:
    """Disable them, and wait until the streams are no longer read. May be repeated. Raises TookTooLong."""
    events, functions = aws_client(stack, "events"), aws_client(stack, "lambda")
    for rule in paused.rules:
        events.disable_rule(Name=rule)
    _switch(functions, paused.mappings, enabled=False)


def resume(stack: Stack, paused: Paused) -> None:
    """Enable them again: the feeds first, so that what waits for a message gets it before a schedule finds it late."""
    _switch(aws_client(stack, "lambda"), paused.mappings, enabled=True)
    events = aws_client(stack, "events")
    for rule in paused.rules:
        events.enable_rule(Name=rule)


def _switch(functions: Any, mappings: list[str], *, enabled: bool) -> None:
    wanted = "Enabled" if enabled else "Disabled"
    for mapping in mappings:
        # A mapping that is still switching refuses the call.
        _wait(functions, mapping, lambda state: not state.endswith("ing"))
        functions.update_event_source_mapping(UUID=mapping, Enabled=enabled)
    for mapping in mappings:
        _wait(functions, mapping, wanted.__eq__)


def _wait(functions: Any, mapping: str, is_right: Callable[[str], Any]) -> None:
    began = time.monotonic()
    while not is_right(functions.get_event_source_mapping(UUID=mapping)["State"]):
        if time.monotonic() - began > WAIT_SECONDS:
            raise TookTooLong(f"The mapping {mapping} does not change its state; run the command again.")
        time.sleep(POLL_SECONDS)
