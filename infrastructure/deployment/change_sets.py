"""Change sets: `sam deploy` makes them, people look at them, CloudFormation executes them."""

import re
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from botocore.exceptions import WaiterError

from localstack import cloudformation as stacks
from localstack.build import run_sam
from localstack.layout import ROOT
from localstack.problem import StackProblem

LOG = ROOT / ".aws-sam/deploy.log"
_ARN = re.compile(r"arn:[\w-]+:cloudformation:\S+:changeSet/\S+")


def make(
    template: Path, stack: str, region: str, parameters: Mapping[str, str], tag: str, env: Mapping[str, str]
) -> str:
    """Make a change set of a stack; its ARN, empty if nothing changes. Raises StackProblem."""
    overrides = [f'{name}="{value}"' for name, value in parameters.items()]
    arguments = [
        *("deploy", "--template-file", str(template), "--stack-name", stack, "--region", region),
        *("--resolve-s3", "--capabilities", "CAPABILITY_IAM", "--no-execute-changeset", "--no-fail-on-empty-changeset"),
        *("--no-progressbar", "--tags", f"payerworks-environment={tag}"),
    ]
    run_sam(
        [*arguments, *(["--parameter-overrides", *overrides] if overrides else [])], env, LOG, f"sam deploy of {stack}"
    )
    found = _ARN.findall(LOG.read_text(errors="replace"))
    return found[-1] if found else ""


def describe(cloudformation: Any, change_set: str) -> Iterator[str]:
    """What a change set changes, one resource a line; what replaces or removes a resource is marked."""
    pages = cloudformation.get_paginator("describe_change_set").paginate(ChangeSetName=change_set)
    for change in (each["ResourceChange"] for page in pages for each in page["Changes"]):
        replaced = change.get("Replacement") in ("True", "Conditional")
        mark = "!" if change["Action"] == "Remove" or replaced else " "
        how = f", replaced: {change['Replacement']}" if replaced else ""
        yield f"{mark} {change['Action']:<7} {change['LogicalResourceId']} ({change['ResourceType']}{how})"


def execute(cloudformation: Any, change_set: str, stack: str) -> None:
    """Execute a change set and wait for its end; raises StackProblem with the reasons of what failed."""
    status = stacks.status(cloudformation, stack)
    waiter = "stack_create_complete" if status == "REVIEW_IN_PROGRESS" else "stack_update_complete"
    began = time.time()
    cloudformation.execute_change_set(ChangeSetName=change_set)
    try:
        # A domain of OpenSearch takes up to an hour.
        cloudformation.get_waiter(waiter).wait(StackName=stack, WaiterConfig={"Delay": 5, "MaxAttempts": 1000})
    except WaiterError:
        raise StackProblem(f"{stack} was not deployed:\n" + stacks.failures(cloudformation, stack, began)) from None


def clear(cloudformation: Any, stack: str) -> None:
    """Delete a stack whose first deployment failed: it has nothing, and CloudFormation can only delete it."""
    if stacks.status(cloudformation, stack) in ("ROLLBACK_COMPLETE", "ROLLBACK_FAILED"):
        stacks.delete(cloudformation, stack)


def outputs(cloudformation: Any, stack: str) -> dict[str, str]:
    """The outputs of a deployed stack; none if it is not there."""
    return {
        each["OutputKey"]: each["OutputValue"] for each in stacks.described(cloudformation, stack).get("Outputs", [])
    }
