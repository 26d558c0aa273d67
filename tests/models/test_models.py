"""The models as tests: `make test` gives them a minute, `make test-long` an hour (MODEL_SECONDS changes both)."""

import os
import pathlib
import subprocess
import sys

import pytest

from tests.models.faults import FAULT_SECONDS, FAULTS
from tests.models.runs import WORLDS

ROOT = pathlib.Path(__file__).parents[2]
SHORT, LONG = 60.0, 3600.0
"""Seconds for all worlds together."""


def models(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command, which prints the seed and the steps of what breaks."""
    command = [sys.executable, "-m", "tests.models", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def search(world: str, seconds: float, first: int = 1) -> None:
    """Look for a broken promise for a part of the time."""
    share = float(os.environ.get("MODEL_SECONDS", seconds)) / len(WORLDS)
    ended = models(world, "--seconds", str(share), "--first", str(first))
    assert ended.returncode == 0, ended.stdout + ended.stderr


@pytest.mark.parametrize("world", WORLDS)
def test_no_promise_breaks(world: str) -> None:
    search(world, SHORT)


@pytest.mark.long
@pytest.mark.parametrize("world", WORLDS)
def test_no_promise_breaks_in_an_hour(world: str) -> None:
    search(world, LONG, first=1_000_000)


@pytest.mark.parametrize("world", WORLDS)
def test_a_seed_gives_the_same_run(world: str) -> None:
    first, second = (models(world, "--seed", "5") for _ in range(2))
    assert first.stdout == second.stdout
    assert len(first.stdout.splitlines()) > 10


@pytest.mark.long
@pytest.mark.parametrize("fault", FAULTS)
def test_a_planted_fault_is_found(fault: str) -> None:
    found = models("--fault", fault, "--seconds", str(FAULT_SECONDS))
    assert found.returncode == 1, f"{fault} was not found in {FAULT_SECONDS:.0f} s: {found.stdout}"
    assert "FaultGone" not in found.stderr, found.stderr
