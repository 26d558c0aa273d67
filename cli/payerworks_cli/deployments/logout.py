"""`payerworks logout`: forget a login."""

import os
from typing import Annotated

import typer

from payerworks_cli.errors import BadOption
from payerworks_cli.profiles import DEFAULT, delete_profile, profile_names, profile_path, profiles
from payerworks_cli.session import AsJson
from payerworks_cli.target import Target, checked_url
from payerworks_cli.terminal import command_terminal

All = Annotated[bool, typer.Option("--all", help="Forget all logins.")]


def logout(every: All = False, *, target: Target, as_json: AsJson = False) -> None:
    """Delete the token of a login. Logging in again makes a new one.

    Example: payerworks logout --profile prod
    """
    with command_terminal(as_json=as_json) as terminal:
        if target.profile and not profile_path(target.profile).exists():
            raise BadOption(f"There is no profile {target.profile}: `{terminal.command('profiles')}` lists all.")
        names = profile_names() if every else [name for name in _names(target) if profile_path(name).exists()]
        for name in names:
            delete_profile(name)
            terminal.line(f"Logged out: profile {name} is deleted")
        terminal.json({"ok": True, "profiles": names})
        if not names:
            terminal.line("Nobody was logged in")


def _names(target: Target) -> list[str]:
    if target.api_url:
        api_url = checked_url(target.api_url)
        return [name for name, profile in profiles() if profile.api_url == api_url]
    return [target.profile or os.environ.get("PAYERWORKS_PROFILE") or DEFAULT]
