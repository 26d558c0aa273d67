"""What the commands print about a stack that has run for a while."""

import time
from collections.abc import Iterator

import pytest

from localstack import aws
from localstack.report import MOST_EVENTS, log_lines, print_status
from localstack.stack import Stack

LINES = MOST_EVENTS + 500


@pytest.fixture
def long_log(running_stack: Stack) -> Iterator[None]:
    """A log group of the stack with more lines than one answer has, spread over half a minute."""
    logs = aws.client("logs", running_stack.outputs()["aws_endpoint_url"])
    group = {"logGroupName": f"/payerworks/{running_stack.layout.cloudformation_stack}/long"}
    logs.create_log_group(**group)
    try:
        logs.create_log_stream(**group, logStreamName="lines")
        begun = int(time.time() * 1000) - 30_000
        events = [{"timestamp": begun + number, "message": f"line {number}"} for number in range(LINES)]
        logs.put_log_events(**group, logStreamName="lines", logEvents=events[: LINES // 2])
        logs.put_log_events(**group, logStreamName="lines", logEvents=events[LINES // 2 :])
        yield
    finally:
        logs.delete_log_group(**group)


@pytest.mark.usefixtures("long_log")
def test_a_log_longer_than_an_answer_is_told_in_full(running_stack: Stack) -> None:
    told = [line for _, line in log_lines(running_stack, 1) if line.startswith("line ")]
    assert told == [f"line {number}" for number in range(LINES)]


def test_status_names_a_queue_while_no_function_reads_from_it(
    running_stack: Stack, capsys: pytest.CaptureFixture[str]
) -> None:
    outputs = running_stack.outputs()
    functions = aws.client("lambda", outputs["aws_endpoint_url"])
    name = outputs["functions"]["OnTotalsDue"]
    [mapping] = functions.list_event_source_mappings(FunctionName=name)["EventSourceMappings"]
    functions.update_event_source_mapping(UUID=mapping["UUID"], Enabled=False)
    try:
        wait_for_status("Health     down: no function reads from claim-totals,", running_stack, capsys)
    finally:
        functions.update_event_source_mapping(UUID=mapping["UUID"], Enabled=True)
    wait_for_status("Health     up\n", running_stack, capsys)


def wait_for_status(text: str, stack: Stack, capsys: pytest.CaptureFixture[str]) -> None:
    """Print the status until it contains a text: a worker keeps for some seconds what it knows."""
    deadline = time.monotonic() + 60
    print_status(stack)
    while text not in (printed := capsys.readouterr().out):
        assert time.monotonic() < deadline, printed
        time.sleep(1)
        print_status(stack)
