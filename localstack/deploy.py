"""`sam deploy` of the built template to the emulator, skipped when nothing changed since the last one."""

import os
import time
from collections.abc import Callable

from botocore.exceptions import ClientError

from localstack import administrator, aws, build, gateway_responses, outputs
from localstack.endpoints import Endpoint
from localstack.files import locked, read_json, write_json
from localstack.layout import Layout
from localstack.problem import StackProblem

USABLE = {"CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE"}


def deploy(layout: Layout, endpoints: dict[str, Endpoint], say: Callable[[str], None]) -> bool:
    """Build and deploy what changed, and write outputs.json; False when nothing had to be done."""
    remembered = layout.folder / "deployed.json"
    with locked(build.LOCK):
        wanted = {"source": build.build(say), "parameters": parameters(endpoints), "aws": endpoints["aws"].url}
        status = stack_status(layout, endpoints["aws"])
        if status in USABLE and read_json(remembered) == wanted and (layout.folder / "outputs.json").exists():
            return False
        remembered.unlink(missing_ok=True)
        began = time.monotonic()
        if status and status not in USABLE:
            delete_stack(layout, endpoints["aws"])
        sam_deploy(layout, endpoints)
    resources = outputs.stack_resources(layout, endpoints["aws"])
    gateway_responses.put(resources, endpoints["aws"].url)
    say(f"  deployed   in {time.monotonic() - began:4.1f} s  {len(resources)} resources")
    described = outputs.describe(resources, endpoints)
    admin = administrator.ensure(layout, endpoints["aws"], described["functions"], say)
    write_json(layout.folder / "outputs.json", described | {"admin": admin})
    write_json(remembered, wanted)
    return True


def parameters(endpoints: dict[str, Endpoint]) -> dict[str, str]:
    """Those of our parameters that the template declares."""
    ours = {
        "RedisUrl": endpoints["valkey"].url,
        "OpenSearchEndpoint": endpoints["opensearch"].url,
        "Stage": "local",
        "Runtime": build.RUNTIME,
        "PaymentProcessor": "sandbox",
        # Its checks would get in the way of what one looks at; DRIFT_SCHEDULE="rate(1 hour)" make deploy asks for them.
        "DriftSchedule": os.environ.get("DRIFT_SCHEDULE", "off"),
    }
    declared = build.read_template(build.BUILT / "template.yaml").get("Parameters", {})
    return {name: value for name, value in ours.items() if name in declared}


def sam_deploy(layout: Layout, endpoints: dict[str, Endpoint]) -> None:
    log = layout.log("deploy")
    overrides = [f'{name}="{value}"' for name, value in parameters(endpoints).items()]
    arguments = ["deploy", "--stack-name", layout.cloudformation_stack, "--parameter-overrides", *overrides]
    try:
        build.run_sam(arguments, aws.environment(endpoints["aws"].url), log, "sam deploy")
    except StackProblem as problem:
        reasons = failures(layout, endpoints["aws"])
        raise StackProblem(f"sam deploy failed (log: {log}).\n{reasons}" if reasons else str(problem)) from None


def failures(layout: Layout, endpoint: Endpoint) -> str:
    """What CloudFormation says of the resources that failed, the first one last."""
    try:
        events = aws.client("cloudformation", endpoint.url).describe_stack_events(StackName=layout.cloudformation_stack)
    except ClientError:
        return ""
    return "\n".join(
        f"  {event['LogicalResourceId']}: {event.get('ResourceStatusReason', event['ResourceStatus'])}"
        for event in events["StackEvents"]
        if event["ResourceStatus"].endswith("_FAILED")
    )


def stack_status(layout: Layout, endpoint: Endpoint) -> str:
    """CloudFormation's word for the stack; empty when there is none."""
    try:
        found = aws.client("cloudformation", endpoint.url).describe_stacks(StackName=layout.cloudformation_stack)
    except ClientError as error:
        if error.response["Error"]["Code"] == "ValidationError":
            return ""
        raise
    status: str = found["Stacks"][0]["StackStatus"]
    return status


def delete_stack(layout: Layout, endpoint: Endpoint) -> None:
    """Remove what a failed first deploy left: it can be neither updated nor created again."""
    client = aws.client("cloudformation", endpoint.url)
    client.delete_stack(StackName=layout.cloudformation_stack)
    client.get_waiter("stack_delete_complete").wait(
        StackName=layout.cloudformation_stack, WaiterConfig={"Delay": 1, "MaxAttempts": 60}
    )
