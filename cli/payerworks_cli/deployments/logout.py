"""`payerworks logout`: end a login."""

import os
from typing import Annotated

import typer

from payerworks_cli.api import Api
from payerworks_cli.errors import BadOption, CommandError, NotLoggedIn
from payerworks_cli.profiles import (
    DEFAULT,
    delete_profile,
    deployment_of,
    locked_profiles,
    profile_names,
    profile_path,
    profiles,
    read_profile,
)
from payerworks_cli.session import AsJson
from payerworks_cli.target import Target, checked_url
from payerworks_cli.terminal import Terminal, command_terminal

All = Annotated[bool, typer.Option("--all", help="End all logins of this user on this machine.")]
Everywhere = Annotated[
    bool, typer.Option("--everywhere", help="End the account's logins on all other devices and in browsers too.")
]


def logout(every: All = False, everywhere: Everywhere = False, *, target: Target, as_json: AsJson = False) -> None:
    """End a login at the service, and delete its tokens here.

    Example: payerworks logout --profile prod
    """
    with command_terminal(as_json=as_json) as terminal:
        if target.stack_dir:
            raise BadOption("A stack on this machine has no login to end: commands call it as its administrator.")
        if target.profile and not profile_path(target.profile).exists():
            raise BadOption(f"There is no profile {target.profile}: `{terminal.command('profiles')}` lists all.")
        names = profile_names() if every else [name for name in _names(target) if profile_path(name).exists()]
        unreached = [name for name in names if not _log_out(name, terminal, everywhere=everywhere)]
        terminal.json({"ok": True, "profiles": names} | ({"not_ended": unreached} if unreached else {}))
        if not names:
            terminal.line("Nobody was logged in")


def _log_out(name: str, terminal: Terminal, *, everywhere: bool) -> bool:
    """End a login and delete its profile; whether the service knows of it.

    Raises CommandError, and keeps the profile, if the logins of other devices go on: it is needed to end them.
    """
    is_ended = True
    try:
        _end(name, terminal, "/auth/logout-everywhere" if everywhere else "/auth/logout")
    except CommandError as error:
        if everywhere:
            raise
        is_ended = isinstance(error, NotLoggedIn)
        if not is_ended:
            terminal.note(f"The service could not be told, so the login may go on there until it expires. {error}")
    with locked_profiles():
        delete_profile(name)
    terminal.line(f"Logged out{' everywhere' if everywhere else ''}: profile {name} is deleted")
    return is_ended


def _end(name: str, terminal: Terminal, path: str) -> None:
    profile = read_profile(name)
    if profile:
        with Api(deployment_of(name, profile), terminal.note) as api:
            api.log_in()
            api.ask("POST", path, expect=(200, 204), gives_up_above=0)


def _names(target: Target) -> list[str]:
    if target.api_url:
        api_url = checked_url(target.api_url)
        return [name for name, profile in profiles() if profile.api_url == api_url]
    return [target.profile or os.environ.get("PAYERWORKS_PROFILE") or DEFAULT]
