"""The environments of samconfig.toml: their stacks, in the order in which they are deployed, with their parameters."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from infrastructure.deployment import templates
from localstack.build import read_template
from localstack.layout import ROOT
from localstack.problem import StackProblem

APPLICATION = "application"
ORDER = ("account", "network", "engines", APPLICATION, "edge", "watch", "backup")
CONFIGURATION = ROOT / "samconfig.toml"
_SECTIONS = {APPLICATION: "deploy"}
_NO_ENVIRONMENT = {"default", "version"}


@dataclass(frozen=True)
class Environment:
    """An environment: the name of its application's stack, its region, and the parameters of each of its stacks."""

    name: str
    application: str
    region: str
    parameters: dict[str, dict[str, str]]

    @property
    def stacks(self) -> list[str]:
        """The stacks of the environment in the order of their deployment."""
        return [name for name in ORDER if name in self.parameters]

    def cloudformation_stack(self, stack: str) -> str:
        """The stack's name in CloudFormation; that of the account is the same for all environments."""
        if stack == APPLICATION:
            return self.application
        return "payerworks-account" if stack == "account" else f"{self.application}-{stack}"


def environments() -> dict[str, Environment]:
    """All environments by name."""
    read = tomllib.loads(CONFIGURATION.read_text())
    return {name: _environment(name, sections) for name, sections in read.items() if name not in _NO_ENVIRONMENT}


def find(name: str) -> Environment:
    """An environment; raises StackProblem if samconfig.toml has none of this name."""
    known = environments()
    if name not in known:
        raise StackProblem(f"ENV={name} is not an environment of samconfig.toml: choose one of {', '.join(known)}.")
    return known[name]


def _environment(name: str, sections: Mapping[str, Any]) -> Environment:
    stacks = {stack: sections.get(_SECTIONS.get(stack, stack)) for stack in ORDER}
    parameters = {
        stack: dict(each.split("=", 1) for each in section["parameters"]["parameter_overrides"])
        for stack, section in stacks.items()
        if section
    }
    settings = sections["deploy"]["parameters"]
    return Environment(name, settings["stack_name"], settings["region"], parameters)


def template_of(stack: str) -> Path:
    """The template that a stack is deployed from; the application's is that of the last build."""
    return ROOT / ".aws-sam/build/template.yaml" if stack == APPLICATION else templates.written(stack)


def parameters_of(
    environment: Environment, settings: Mapping[str, str], outputs: Mapping[str, str], template: Path
) -> dict[str, str]:
    """What a stack is deployed with: its own settings, and outputs of earlier stacks under its parameters' names."""
    given = {"Application": environment.application} | dict(outputs) | dict(settings)
    declared = read_template(template).get("Parameters", {})
    return {name: value for name, value in given.items() if name in declared}
