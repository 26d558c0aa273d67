"""Metrics are in the log line of their call, in CloudWatch's embedded metric format."""

import json
import time
from collections.abc import Iterator
from typing import Any

import pytest

from payerworks import log
from payerworks.http import Answer, Request, http_operation
from payerworks.log import log_call
from tests.unit.conftest import api_event


@pytest.fixture(autouse=True)
def _nothing_counted_before() -> Iterator[None]:
    log.taken_metrics()
    yield
    log.taken_metrics()


def line(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    """The only printed line."""
    (text,) = capsys.readouterr().out.splitlines()
    read: dict[str, Any] = json.loads(text)
    return read


def test_counts_are_added_up_and_values_listed_in_the_next_line(capsys: pytest.CaptureFixture[str]) -> None:
    log.count("Hits")
    log.count("Hits", 2)
    log.record("Lag", 12.5, "Milliseconds")
    log.record("Lag", 7, "Milliseconds")
    log_call("done", route="GET /x")
    said = line(capsys)
    assert (said["Hits"], said["Lag"], said["route"]) == (3, [12.5, 7], "GET /x")
    assert abs(said["_aws"]["Timestamp"] - time.time() * 1000) < 60_000
    assert said["_aws"]["CloudWatchMetrics"] == [
        {
            "Namespace": "Payerworks",
            "Dimensions": [["service"]],
            "Metrics": [{"Name": "Hits", "Unit": "Count"}, {"Name": "Lag", "Unit": "Milliseconds"}],
        }
    ]
    assert isinstance(said["service"], str)


def test_a_line_has_only_what_was_counted_since_the_last(capsys: pytest.CaptureFixture[str]) -> None:
    log.count("Hits")
    log_call("first")
    assert line(capsys)["Hits"] == 1
    log_call("second")
    assert {"_aws", "Hits"}.isdisjoint(line(capsys))


def test_more_values_than_a_line_may_have_stay_for_the_next(capsys: pytest.CaptureFixture[str]) -> None:
    for value in range(130):
        log.record("Lag", value, "Milliseconds")
    log_call("first")
    assert line(capsys)["Lag"] == list(range(100))
    log_call("second")
    assert line(capsys)["Lag"] == list(range(100, 130))


def test_metrics_are_written_where_lines_of_good_calls_are_not(
    environment: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    environment(POWERTOOLS_LOG_LEVEL="ERROR")
    log_call("quiet")
    assert capsys.readouterr().out == ""
    log.count("Hits")
    log_call("counted")
    assert line(capsys)["Hits"] == 1


def test_the_line_of_a_call_that_fails_has_them_too(environment: Any, caplog: pytest.LogCaptureFixture) -> None:
    environment(RAISE_UNEXPECTED="false")

    def fail(request: Request) -> Answer:
        log.count("Hits")
        raise KeyError

    http_operation(answers={200: None})(fail)(api_event("plans/get_plan"), None)
    (said,) = [record.__dict__ for record in caplog.records if record.message == "request"]
    assert said["Hits"] == 1
    assert said["_aws"]["CloudWatchMetrics"][0]["Metrics"] == [{"Name": "Hits", "Unit": "Count"}]
