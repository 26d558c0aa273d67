"""Cold start of each operation: CPU from process start to the first answer, compared with a bare handler.

The code, layers and bytecode are those built for the stack; the handlers use the stack's servers.
"""

import json
import os
import pathlib
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from typing import Any

from bench.figures import ROUNDS, Row
from bench.tokens import access_token
from localstack.build import BUILT, read_template
from localstack.deployed import function_environment
from localstack.layout import ROOT

HERE = pathlib.Path(__file__).parent
BARE = "bare_handler.handler"
CACHED = "GET plan from cache"
LIMIT = 1.25
CACHED_LIMIT = 0.7


def rows(outputs: dict[str, Any]) -> Iterator[Row]:
    """The bare handler's CPU in ms, and the ratio to it for each function of the template."""
    environment = measured_environment(outputs)
    with tempfile.TemporaryDirectory() as folder:
        events = _events(outputs, pathlib.Path(folder))
        seconds: dict[str, list[float]] = {}
        for _ in range(ROUNDS):
            for name, cpu in _round(events, environment):
                seconds.setdefault(name, []).append(cpu)
    bare = seconds.pop(BARE)
    yield Row("a bare handler (Logger, pydantic, boto3 DynamoDB), CPU ms", [cpu * 1000 for cpu in bare])
    for name, figures in seconds.items():
        ratios = [cpu / base for cpu, base in zip(figures, bare, strict=True)]
        yield Row(f"cold start, {name}", ratios, CACHED_LIMIT if name == CACHED else LIMIT)


def measured_environment(outputs: dict[str, Any]) -> dict[str, str]:
    """A function's environment variables, with a PYTHONPATH of the built code and layers."""
    layers = [BUILT / layer / "python" for layer in ("CommonLayer", "DependenciesLayer")]
    code = [BUILT / "CreatePlan", *layers, HERE]
    variables = function_environment(outputs, "CreatePlan")
    return variables | {"PYTHONPATH": os.pathsep.join(map(str, code)), "PATH": os.environ["PATH"]}


def _round(events: dict[str, pathlib.Path], environment: dict[str, str]) -> Iterator[tuple[str, float]]:
    # The layers do not contain boto3; the bare handler imports it from the project's packages.
    packages = next(path for path in sys.path if path.endswith("site-packages"))
    bare = environment | {"PYTHONPATH": os.pathsep.join([environment["PYTHONPATH"], packages])}
    yield BARE, _cpu(BARE, HERE / "bare_event.json", bare)
    for handler, event in events.items():
        yield handler.removesuffix(".handler"), _cpu(handler, event, environment)
        if handler == "plans.get_plan.handler":
            # The first call filled the cache.
            yield CACHED, _cpu(handler, event, environment)


def _cpu(handler: str, event: pathlib.Path, environment: dict[str, str]) -> float:
    """CPU seconds of a handler's first answer in a new process; exits if the handler fails."""
    command = [sys._base_executable, "-S", str(HERE / "one_answer.py"), handler, str(event)]  # type: ignore[attr-defined]
    completed = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if completed.returncode:
        raise SystemExit(f"{handler} failed:\n{completed.stderr[-2000:]}")
    result = json.loads(completed.stderr.splitlines()[-1])
    if result["status"] >= 500:
        raise SystemExit(f"{handler} answered {result['status']}:\n{completed.stdout[-2000:]}")
    seconds: float = result["seconds"]
    return seconds


def _events(outputs: dict[str, Any], folder: pathlib.Path) -> dict[str, pathlib.Path]:
    """Handler → file with its event, in the template's order; the events carry a valid token and credentials."""
    token = access_token(outputs)
    events = {}
    for resource in read_template(ROOT / "template.yaml")["Resources"].values():
        if resource["Type"] == "AWS::Serverless::Function":
            handler: str = resource["Properties"]["Handler"]
            service, operation, _ = handler.split(".")
            text = (ROOT / "events" / service / f"{operation}.json").read_text()
            path = folder / f"{service}-{operation}.json"
            event = json.loads(text.replace("Bearer token", f"Bearer {token}"))
            if operation == "log_in":
                event["body"] = json.dumps(outputs["admin"])
            path.write_text(json.dumps(event))
            events[handler] = path
    return events
