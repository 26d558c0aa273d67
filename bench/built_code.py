"""Run a benchmark in a separate process that imports the code built for the stack."""

import contextlib
import json
import os
import pathlib
import subprocess
import sys
from collections.abc import Callable, Mapping
from typing import Any

from bench.cold_start import measured_environment
from localstack.layout import ROOT


def measured(outputs: dict[str, Any], module: str, variables: Mapping[str, str] | None = None) -> Any:
    """Run `python -m module` and parse the last line of its standard error as JSON; exit if it fails.

    `variables` are added to its environment, which is that of a function that handles HTTPS calls.
    """
    site = pathlib.Path(json.__file__).parents[1]
    environment = measured_environment(outputs) | dict(variables or {})
    packages = next(path for path in sys.path if path.endswith("site-packages"))
    environment["PYTHONPATH"] = os.pathsep.join([environment["PYTHONPATH"], str(ROOT), packages, str(site)])
    completed = subprocess.run(
        [sys.executable, "-m", module], env=environment, cwd=ROOT, capture_output=True, text=True, check=False
    )
    if completed.returncode:
        raise SystemExit(f"{module} failed:\n{completed.stderr[-2000:]}")
    return json.loads(completed.stderr.splitlines()[-1])


def report(measure: Callable[[], Any]) -> None:
    """Print the figures for `measured` to standard error; the log lines of the handlers are discarded."""
    with pathlib.Path(os.devnull).open("w") as nowhere, contextlib.redirect_stdout(nowhere):
        figures = measure()
    print(json.dumps(figures), file=sys.stderr)
