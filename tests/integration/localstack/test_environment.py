"""`make deploy ENV=local` deploys all stacks around the deployed one, as far as the emulator knows their resources."""

import os
import subprocess
import sys
from collections.abc import Iterator

import pytest

from infrastructure.deployment.emulated import known_part
from infrastructure.deployment.environments import APPLICATION, find
from infrastructure.deployment.templates import written
from localstack import aws
from localstack.endpoints import stack_endpoints
from localstack.layout import ROOT
from localstack.stack import Stack

AROUND = [stack for stack in find("local").stacks if stack != APPLICATION]


@pytest.fixture
def names(running_stack: Stack) -> Iterator[list[str]]:
    """The names of the stacks around, which are deleted afterwards."""
    found = [f"{running_stack.layout.cloudformation_stack}-{stack}" for stack in AROUND]
    yield found
    cloudformation = aws.client("cloudformation", stack_endpoints(running_stack.layout)["aws"].url)
    for name in reversed(found):
        cloudformation.delete_stack(StackName=name)


@pytest.mark.long
def test_all_stacks_are_deployed_and_tried_out(running_stack: Stack, names: list[str]) -> None:
    command = [sys.executable, "-m", "infrastructure.deployment", "local", "--yes"]
    environment = os.environ | {"STACK": running_stack.layout.name}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    for name, stack in zip(names, AROUND, strict=True):
        assert f"{name}: deployed" in lines
        _, left_out = known_part(written(stack))
        assert f"{name}: the emulator does not know {', '.join(left_out)}" in lines
    assert "health: up" in lines
    assert "a plan and back: stored, read, deleted" in lines
