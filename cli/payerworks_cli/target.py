"""Which deployment a command calls: by its options, else by environment variables, else by what is at hand.

1. --stack-dir, --api-url or --profile, of the command or of a group above it.
2. One of the variables STACK, PAYERWORKS_URL and PAYERWORKS_PROFILE.
3. The stack of this folder, .local.
4. The profile `default`.
"""

import functools
import inspect
import os
import shlex
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

import typer
from pydantic import SecretStr

from payerworks_cli.cloud_stack import read_cloud_stack
from payerworks_cli.deployment import Deployment
from payerworks_cli.errors import BadOption, NotLoggedIn, StackNotUp
from payerworks_cli.profiles import (
    DEFAULT,
    deployment_of,
    log_in_command,
    profile_names,
    profile_path,
    profiles,
    read_profile,
)
from payerworks_cli.program import program
from payerworks_cli.stack_outputs import Stack, read_stack, stack_folder

VARIABLES = ("STACK", "PAYERWORKS_URL", "PAYERWORKS_PROFILE")
TOKEN = "PAYERWORKS_TOKEN"


def _or_of_a_group(context: typer.Context, parameter: typer.CallbackParam, given: Any) -> Any:
    """An option that is not given is that of a group above: `payerworks --profile x plans list`."""
    above = context.parent
    while given is None and above is not None:
        given, above = above.params.get(str(parameter.name)), above.parent
    return given


StackDir = Annotated[
    Path | None,
    typer.Option(
        metavar="DIR",
        callback=_or_of_a_group,
        help="The folder of a stack's outputs.json; without it .local, or .local-$STACK if set.",
    ),
]
ApiUrl = Annotated[
    str | None,
    typer.Option(
        metavar="URL",
        callback=_or_of_a_group,
        help="The address of another deployment's API; $PAYERWORKS_URL names it too.",
    ),
]
ProfileName = Annotated[
    str | None,
    typer.Option(
        metavar="NAME",
        callback=_or_of_a_group,
        help="A login made by payerworks login; $PAYERWORKS_PROFILE names it too.",
    ),
]


@dataclass(frozen=True)
class Target:
    """The options of a command that name a deployment."""

    stack_dir: Path | None = None
    api_url: str | None = None
    profile: str | None = None

    def as_options(self) -> str:
        """The options as they are written after a command."""
        given = {name.replace("_", "-"): value for name, value in vars(self).items() if value is not None}
        return "".join(f" --{name} {shlex.quote(str(value))}" for name, value in given.items())


def with_target(command: Callable[..., None]) -> Callable[..., None]:
    """The command with three options in the place of its parameter `target`."""
    signature = inspect.signature(command)
    if "target" not in signature.parameters:
        return command

    def with_options(
        *, stack_dir: StackDir = None, api_url: ApiUrl = None, profile: ProfileName = None, **given: Any
    ) -> None:
        command(**given, target=Target(stack_dir, api_url, profile))

    *options, _ = inspect.signature(with_options).parameters.values()
    others = [parameter for name, parameter in signature.parameters.items() if name != "target"]
    functools.update_wrapper(with_options, command)
    with_options.__signature__ = signature.replace(parameters=others + options)  # type: ignore[attr-defined]
    return with_options


def find_deployment(target: Target) -> Deployment:
    """The deployment of a target. Raises BadOption, StackNotUp, and NotLoggedIn for a profile that is not there."""
    found = _deployment(choose(target))
    return replace(found, options=target.as_options(), variables=_as_variables(target))


def _deployment(chosen: Target) -> Deployment:
    if chosen.stack_dir:
        return read_stack(chosen.stack_dir).deployment
    if chosen.api_url:
        return _deployment_at(chosen.api_url)
    name = chosen.profile or DEFAULT
    profile = read_profile(name)
    if profile is None:
        raise NotLoggedIn(f"There is no profile {name}: {log_in_command(name)} with --api-url URL makes it.")
    return deployment_of(name, profile)


def find_stack(target: Target, purpose: str) -> Stack:
    """The stack of a target, for a command that calls AWS itself; `purpose` says what for. Raises BadOption."""
    chosen = choose(target)
    if chosen.stack_dir:
        return read_stack(chosen.stack_dir)
    profile = read_profile(chosen.profile) if chosen.profile else None
    if profile and profile.cloud_stack:
        return read_cloud_stack(profile.cloud_stack)
    raise BadOption(
        f"{purpose} needs AWS itself, not only the API: --stack-dir names a folder with outputs.json, "
        "--profile a login that was made with --cloudformation."
    )


def choose(target: Target) -> Target:
    """The target with exactly one of its three members. Raises BadOption, StackNotUp."""
    options = [f"--{name.replace('_', '-')}" for name, value in vars(target).items() if value is not None]
    if len(options) > 1:
        raise BadOption(f"{' and '.join(options)} each name a deployment: give one of them.")
    if options:
        return target
    variables = _variables()
    if len(variables) > 1:
        raise BadOption(f"The variables {' and '.join(variables)} each name a deployment: unset all but one of them.")
    if variables:
        stack, api_url, profile = (variables.get(name) for name in VARIABLES)
        return Target(stack_folder(stack) if stack else None, api_url, profile)
    if (stack_folder() / "outputs.json").exists():
        return Target(stack_folder())
    if profile_path(DEFAULT).exists():
        return Target(profile=DEFAULT)
    raise StackNotUp(_nothing_named())


def _variables() -> dict[str, str]:
    return {name: os.environ[name] for name in VARIABLES if os.environ.get(name)}


def _as_variables(target: Target) -> str:
    """The variable that names the deployment, as it is written before a command; empty if an option does."""
    named = {} if target.as_options() else _variables()
    return "".join(f"{name}={shlex.quote(value)} " for name, value in named.items())


def _nothing_named() -> str:
    """That nothing names a deployment, and the ones that could be named."""
    stacks = [path.parent.name.removeprefix(".local-") for path in sorted(Path().glob(".local-*/outputs.json"))]
    known = {
        "Profiles": [f"{name} (--profile {name})" for name in profile_names()],
        "Stacks here": [f"{name} (STACK={name})" for name in stacks],
    }
    told = "".join(f" {title}: {', '.join(names)}." for title, names in known.items() if names)
    if told:
        return f"Neither an option nor a variable names a deployment.{told}"
    return (
        "No stack is up in this folder, and nobody is logged in elsewhere: "
        f"`make up` starts a stack, `{program()} login --api-url URL` logs in."
    )


def checked_url(url: str) -> str:
    """The address of an API without a slash at its end. Raises BadOption."""
    try:
        parts = urlsplit(url)
        usable = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        usable = False
    if not usable or parts.username or parts.query or parts.fragment or not url.isprintable() or " " in url:
        raise BadOption(f"{url} is not the address of an API: it looks like https://api.example.com/prod.")
    return url.rstrip("/")


def _deployment_at(url: str) -> Deployment:
    """The API at an address, with the token of the environment or of a login there, if there is one."""
    api_url = checked_url(url)
    if (token := os.environ.get(TOKEN)) and _url_of_token() in ("", api_url):
        return Deployment(api_url, token=SecretStr(token), log_in=f"{TOKEN} needs another token")
    for name, profile in profiles():
        if profile.api_url == api_url:
            return deployment_of(name, profile)
    return Deployment(api_url, log_in=f"`{program()} login --api-url {api_url}` logs in")


def _url_of_token() -> str:
    """The address that the environment names: its token must not be sent to any other."""
    return os.environ.get("PAYERWORKS_URL", "").rstrip("/")
