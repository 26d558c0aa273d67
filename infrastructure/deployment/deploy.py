"""Deploy the stacks of an environment, one after the other; each gets the outputs of those before it."""

import json
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import botocore.session
from botocore.config import Config
from botocore.exceptions import ClientError

from infrastructure.deployment import change_sets, emulated
from infrastructure.deployment.environments import APPLICATION, Environment, parameters_of, template_of
from localstack import build
from localstack.files import locked
from localstack.problem import StackProblem

SEARCH_SERVICE = "opensearchservice.amazonaws.com"


@dataclass
class Deployment:
    """A run of the command: where it deploys to, and whom it asks.

    `variables` are the environment of programs that call AWS (of the emulator, if `is_local`); `agree` is asked about
    the changes of each stack.
    """

    environment: Environment
    say: Callable[[str], None]
    agree: Callable[[str], bool]
    is_local: bool = False
    variables: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))
    outputs: dict[str, str] = field(default_factory=dict)
    session: Any = field(default_factory=botocore.session.Session)

    def deploy(self) -> dict[str, str]:
        """Deploy all stacks; the outputs of all of them. Raises StackProblem."""
        for stack in self.environment.stacks:
            if stack == APPLICATION:
                self._prepare_application()
            if stack == "engines" and not self.is_local:
                self._make_service_role()
            if stack == "backup":
                self._deploy_copy_vault()
            if not (stack == APPLICATION and self.is_local):
                self._deploy_stack(stack, self.environment.region, self.environment.parameters[stack])
            self.outputs |= self._outputs(stack)
            if stack == "engines" and not self.is_local:
                self._grant_search()
        return self.outputs

    def client(self, service: str, region: str = "") -> Any:
        """A client of the AWS that this run deploys to."""
        return self.session.create_client(
            service,
            region_name=region or self.environment.region,
            endpoint_url=self.variables.get("AWS_ENDPOINT_URL"),
            aws_access_key_id=self.variables.get("AWS_ACCESS_KEY_ID") if self.is_local else None,
            aws_secret_access_key=self.variables.get("AWS_SECRET_ACCESS_KEY") if self.is_local else None,
            config=Config(retries={"mode": "standard", "total_max_attempts": 5}, read_timeout=120),
        )

    def _deploy_stack(self, stack: str, region: str, settings: Mapping[str, str]) -> None:
        template = template_of(stack)
        if self.is_local:
            template = self._known_part(stack, template)
        environment = self.environment
        parameters = parameters_of(environment, settings, self.outputs, template_of(stack))
        if stack == APPLICATION:
            parameters |= build.AWS.parameters
        name, tag = environment.cloudformation_stack(stack), environment.application
        cloudformation = self.client("cloudformation", region)
        change_sets.clear(cloudformation, name)
        made = change_sets.make(template, name, region, parameters, tag, self.variables)
        if not made:
            self.say(f"{name} ({region}): nothing changes")
            return
        self.say(f"{name} ({region}):")
        for line in change_sets.describe(cloudformation, made):
            self.say(f"  {line}")
        if not self.agree(f"Make these changes to {name}?"):
            raise StackProblem(f"Nothing was changed in {name}; the stacks before it are deployed.")
        change_sets.execute(cloudformation, made, name)
        self.say(f"{name}: deployed")

    def _known_part(self, stack: str, template: Path) -> Path:
        part, left_out = emulated.known_part(template)
        if left_out:
            self.say(
                f"{self.environment.cloudformation_stack(stack)}: the emulator does not know {', '.join(left_out)}"
            )
        return part

    def _prepare_application(self) -> None:
        if not self.is_local:
            with locked(build.LOCK):
                build.build(self.say, build.AWS)

    def _outputs(self, stack: str) -> dict[str, str]:
        return change_sets.outputs(self.client("cloudformation"), self.environment.cloudformation_stack(stack))

    def _make_service_role(self) -> None:
        """OpenSearch enters a VPC in a role of the account, which CloudFormation does not make by itself."""
        try:
            self.client("iam").create_service_linked_role(AWSServiceName=SEARCH_SERVICE)
        except ClientError as error:
            if error.response["Error"]["Code"] != "InvalidInput":  # it is there
                raise

    def _grant_search(self) -> None:
        answer = self.client("lambda").invoke(FunctionName=self.outputs["GrantSearch"], Payload=b"{}")
        if "FunctionError" in answer:
            reason = json.loads(answer["Payload"].read()).get("errorMessage")
            raise StackProblem(f"OpenSearch does not let the application's roles in: {reason}")

    def _deploy_copy_vault(self) -> None:
        if region := self.environment.parameters["backup"].get("CopyRegion"):
            keep = self.environment.parameters["backup"]["KeepDays"]
            self._deploy_stack("backup", region, {"KeepDays": keep, "Role": "copy", "BackupResources": ""})
