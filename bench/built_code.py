"""Run a measurement in a process of its own that imports the code as it was built for the stack."""

import json
import os
import pathlib
import subprocess
import sys
from typing import Any

from bench.cold_start import measured_environment
from localstack.layout import ROOT


def measured(outputs: dict[str, Any], module: str) -> Any:
    """What `python -m module` prints on the last line of its standard error, as JSON."""
    site = pathlib.Path(json.__file__).parents[1]
    environment = measured_environment(outputs)
    packages = next(path for path in sys.path if path.endswith("site-packages"))
    environment["PYTHONPATH"] = os.pathsep.join([environment["PYTHONPATH"], str(ROOT), packages, str(site)])
    done = subprocess.run(
        [sys.executable, "-m", module], env=environment, cwd=ROOT, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise SystemExit(f"{module} failed:\n{done.stderr[-2000:]}")
    return json.loads(done.stderr.splitlines()[-1])
