"""Deploy the built template to the emulator with `sam deploy`, unless nothing has changed since the last time."""

import os
import time
from collections.abc import Callable
from typing import Any

from localstack import administrator, aws, build, cloudformation, gateway_responses, outputs, watch
from localstack.endpoints import Endpoint
from localstack.files import locked, read_json, write_json
from localstack.layout import Layout
from localstack.problem import StackProblem

USABLE = {"CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE"}


def deploy(layout: Layout, endpoints: dict[str, Endpoint], say: Callable[[str], None]) -> bool:
    """Build and deploy any changes and write outputs.json; return False if there was nothing to do."""
    deployed = layout.folder / "deployed.json"
    with locked(build.LOCK):
        current = {"source": build.build(say), "parameters": parameters(endpoints), "aws": endpoints["aws"].url}
        status = cloudformation.status(_client(endpoints), layout.cloudformation_stack)
        if status in USABLE and read_json(deployed) == current and (layout.folder / "outputs.json").exists():
            return watch.bring_back(layout, endpoints["aws"])
        deployed.unlink(missing_ok=True)
        began = time.monotonic()
        if status and status not in USABLE:
            cloudformation.delete(_client(endpoints), layout.cloudformation_stack)
        sam_deploy(layout, endpoints)
    resources = outputs.stack_resources(layout, endpoints["aws"])
    gateway_responses.put(resources, endpoints["aws"].url)
    say(f"  deployed   in {time.monotonic() - began:4.1f} s  {len(resources)} resources")
    described = outputs.describe(resources, endpoints)
    admin = administrator.ensure(layout, endpoints["aws"], described["functions"], say)
    write_json(layout.folder / "outputs.json", described | {"admin": admin})
    watch.bring_back(layout, endpoints["aws"])
    write_json(deployed, current)
    return True


def parameters(endpoints: dict[str, Endpoint]) -> dict[str, str]:
    """The values of the parameters that the template declares."""
    values = {
        "RedisUrl": endpoints["valkey"].url,
        "OpenSearchEndpoint": endpoints["opensearch"].url,
        "OpenSearchSigned": "false",
        # One node has nowhere to put a replica.
        "OpenSearchReplicas": "0",
        "Stage": "local",
        **build.LOCAL.parameters,
        "PaymentProcessor": "sandbox",
        "BreakGlass": "true",
        # Browsers name the port too; the first is what scripts without a browser say.
        "PasskeyOrigins": f"http://localhost,{endpoints['aws'].url}",
        # Everybody on this machine has one address, tests that try bad passwords too.
        "AddressAttemptsFactor": "1000",
        # Off, because drift checks clutter the logs. To turn them on: DRIFT_SCHEDULE="rate(1 hour)" make deploy
        "DriftSchedule": os.environ.get("DRIFT_SCHEDULE", "off"),
    }
    declared = build.read_template(build.BUILT / "template.yaml").get("Parameters", {})
    return {name: value for name, value in values.items() if name in declared}


def sam_deploy(layout: Layout, endpoints: dict[str, Endpoint]) -> None:
    """Run `sam deploy`; a failure raises StackProblem with CloudFormation's reasons, if it gives any."""
    log = layout.log("deploy")
    overrides = [f'{name}="{value}"' for name, value in parameters(endpoints).items()]
    arguments = ["deploy", "--stack-name", layout.cloudformation_stack, "--parameter-overrides", *overrides]
    began = time.time()
    try:
        build.run_sam(arguments, aws.environment(endpoints["aws"].url), log, "sam deploy")
    except StackProblem as problem:
        reasons = cloudformation.failures(_client(endpoints), layout.cloudformation_stack, began)
        raise StackProblem(f"sam deploy failed (log: {log}).\n{reasons}" if reasons else str(problem)) from None


def _client(endpoints: dict[str, Endpoint]) -> Any:
    return aws.client("cloudformation", endpoints["aws"].url)
