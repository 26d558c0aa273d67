"""Stacks of CloudFormation: what they are, why one failed, and how one that never came up goes."""

from typing import Any

from botocore.exceptions import ClientError


def described(cloudformation: Any, stack: str) -> dict[str, Any]:
    """CloudFormation's description of a stack; empty if there is none."""
    try:
        answer: dict[str, Any] = cloudformation.describe_stacks(StackName=stack)["Stacks"][0]
    except ClientError as error:
        if error.response["Error"]["Code"] == "ValidationError":
            return {}
        raise
    return answer


def status(cloudformation: Any, stack: str) -> str:
    """The status of a stack, such as CREATE_COMPLETE; empty if there is none."""
    found: str = described(cloudformation, stack).get("StackStatus", "")
    return found


def failures(cloudformation: Any, stack: str, began: float) -> str:
    """The reason of each resource that failed since a time of day, one per line, newest first."""
    try:
        events = cloudformation.describe_stack_events(StackName=stack)["StackEvents"]
    except ClientError:
        return ""
    return "\n".join(
        f"  {event['LogicalResourceId']}: {event.get('ResourceStatusReason', event['ResourceStatus'])}"
        for event in events
        # A minute, for clocks that differ.
        if event["ResourceStatus"].endswith("_FAILED") and event["Timestamp"].timestamp() >= began - 60
    )


def delete(cloudformation: Any, stack: str) -> None:
    """Delete a stack whose first deployment failed: CloudFormation can neither update nor create it again."""
    cloudformation.delete_stack(StackName=stack)
    cloudformation.get_waiter("stack_delete_complete").wait(
        StackName=stack, WaiterConfig={"Delay": 1, "MaxAttempts": 3600}
    )
