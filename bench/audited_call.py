"""CPU that the audit adds to a warm call on patient data: the same handlers with and without it."""

import json
import time
from collections.abc import Callable, Iterator
from typing import Any

from bench.built_code import measured, report
from bench.figures import ROUNDS, Row
from localstack.layout import ROOT

CALLS = 200
LIMIT = 1.0


def rows(outputs: dict[str, Any]) -> Iterator[Row]:
    """Milliseconds for a read, which hands over one message, and for a write, which announces itself too."""
    for name, figures in measured(outputs, "bench.audited_call").items():
        yield Row(f"CPU of the audit in a {name}", figures, LIMIT, unit="ms")


def measure() -> dict[str, list[float]]:
    """The milliseconds of each round by the kind of call."""
    from patients import get_directory_patient, update_patient
    from payerworks.http import HttpHandler

    found: dict[str, list[float]] = {}
    handlers = {"read": get_directory_patient.handler, "write": update_patient.handler}
    for name, audited in handlers.items():
        event = (ROOT / f"events/patients/{audited.function.__module__.partition('.')[2]}.json").read_text()
        plain = HttpHandler(audited.function, {**audited.description, "audit": ""})  # type: ignore[typeddict-item]
        run = {handler: _caller(handler, event) for handler in (plain, audited)}
        for each in run.values():
            cpu(each)
        found[name] = [(cpu(run[audited]) - cpu(run[plain])) / CALLS * 1000 for _ in range(ROUNDS)]
    return found


def _caller(handler: Callable[[dict[str, Any], object], dict[str, Any]], event: str) -> Callable[[], None]:
    def call() -> None:
        # There is no such patient: what the audit does is the same.
        if handler(json.loads(event), None)["statusCode"] != 404:
            raise SystemExit("the call was not answered as it should be")

    return call


def cpu(call: Callable[[], None]) -> float:
    """CPU seconds of CALLS calls."""
    began = time.process_time()
    for _ in range(CALLS):
        call()
    return time.process_time() - began


if __name__ == "__main__":
    report(measure)
