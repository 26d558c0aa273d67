"""`python -m infrastructure.deployment ENV`: deploy all stacks of an environment; `make deploy ENV=…` runs it."""

import argparse
import os
import sys
from dataclasses import replace

from botocore.exceptions import BotoCoreError, ClientError

from infrastructure.deployment.deploy import Deployment
from infrastructure.deployment.environments import Environment, find
from infrastructure.deployment.monthly_cost import monthly_cost, prices
from infrastructure.deployment.smoke_test import smoke_test
from localstack import aws, endpoints
from localstack.problem import StackProblem
from localstack.stack import Stack
from payerworks_cli.deployment import Deployment as Api
from payerworks_cli.profiles import deployment_of, read_profile
from payerworks_cli.stack_outputs import read_stack

LOCAL = "local"


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m infrastructure.deployment", description=__doc__)
    parser.add_argument("environment", help="an environment of samconfig.toml")
    parser.add_argument("--yes", action="store_true", help="make all changes without a question")
    return parser.parse_args()


def main(args: argparse.Namespace) -> None:
    environment = find(args.environment)
    if environment.name == LOCAL:
        environment = replace(environment, application=local_stack().layout.cloudformation_stack)
    else:
        print_cost(environment)
    run = Deployment(environment, print, lambda question: args.yes or agreed(question))
    if environment.name == LOCAL:
        run.is_local, run.variables = True, local_variables()
    outputs = run.deploy()
    for line in smoke_test(api_of(environment, outputs)):
        print(line)
    width = max(map(len, outputs))
    for name, value in sorted(outputs.items()):
        print(f"  {name:<{width}}  {value}")


def print_cost(environment: Environment) -> None:
    lines, dated = monthly_cost(environment), prices()
    print(f"{environment.name} costs each month, before it is used (prices of {dated['region']}, {dated['as_of']}):")
    for line in lines:
        print(f"  {line.dollars:9.2f} $  {line.number:6g} × {line.what}")
    print(f"  {sum(line.dollars for line in lines):9.2f} $  in all")


def agreed(question: str) -> bool:
    """Whether a person says yes; without a terminal nobody can."""
    if not sys.stdin.isatty():
        raise StackProblem(f"{question} Nobody can answer here: --yes answers.")
    return input(f"{question} [y/N] ").strip().lower() in ("y", "yes")


def local_variables() -> dict[str, str]:
    """Variables for the emulator of the running local stack, after the application is deployed to it."""
    stack = local_stack()
    stack.deploy()
    return aws.environment(endpoints.stack_endpoints(stack.layout)["aws"].url)


def local_stack() -> Stack:
    return Stack(os.environ.get("STACK", ""))


def api_of(environment: Environment, outputs: dict[str, str]) -> Api:
    """The API of the environment, with the login of the profile of its name if there is one."""
    if environment.name == LOCAL:
        return read_stack(local_stack().layout.folder).deployment
    profile = read_profile(environment.name)
    if profile and profile.api_url == outputs["ApiUrl"]:
        return deployment_of(environment.name, profile)
    log_in = f"`payerworks login --profile {environment.name} --cloudformation {environment.application}` logs in"
    return Api(outputs["ApiUrl"], log_in=log_in)


if __name__ == "__main__":
    try:
        main(arguments())
    except StackProblem as problem:
        sys.exit(str(problem))
    except (BotoCoreError, ClientError) as error:
        sys.exit(f"AWS: {error}")
    except KeyboardInterrupt:
        sys.exit("interrupted")
