"""`payerworks login`: log in at a deployment, for the commands that follow."""

import datetime
import getpass
import os
import sys
import warnings
from typing import Annotated

import typer
from pydantic import SecretStr

from payerworks_cli.api import Api
from payerworks_cli.deployment import Deployment, is_on_this_machine
from payerworks_cli.errors import ApiProblem, BadInput, BadOption, NotLoggedIn
from payerworks_cli.profiles import DEFAULT, Profile, read_profile, write_profile
from payerworks_cli.session import AsJson
from payerworks_cli.shown_values import second
from payerworks_cli.target import Target, checked_url
from payerworks_cli.terminal import Terminal, command_terminal

Email = Annotated[str | None, typer.Option(metavar="ADDRESS", help="Who logs in; asked for if it is not given.")]
FromStdin = Annotated[
    bool, typer.Option("--password-stdin", help="Read the password from standard input, on a terminal too.")
]


def login(email: Email = None, password_stdin: FromStdin = False, *, target: Target, as_json: AsJson = False) -> None:
    """Log in at a deployment. The password is asked for, or read from standard input where there is no terminal.

    Example: payerworks login --api-url https://api.example.com/prod --email ann@example.com
    """
    with command_terminal(as_json=as_json) as terminal:
        if target.stack_dir:
            raise BadOption("A stack on this machine needs no login: commands call it as its administrator.")
        name = target.profile or os.environ.get("PAYERWORKS_PROFILE") or DEFAULT
        known = _known(name)
        api_url = _address(target, known)
        email = email or (known.email if known and known.api_url == api_url else _asked_email())
        if api_url.startswith("http:") and not is_on_this_machine(api_url):
            terminal.note(f"{api_url} is not https: others on the way can read the password.")
        with Api(Deployment(api_url), terminal.note) as api:
            token, seconds = _token(api, email, _asked_password(from_stdin=password_stdin))
        expires_at = datetime.datetime.now(datetime.UTC) + datetime.timedelta(seconds=seconds)
        profile = Profile(api_url=api_url, email=email, token=SecretStr(token), expires_at=expires_at)
        write_profile(name, profile)
        _show(name, profile, terminal)


def _token(api: Api, email: str, password: str) -> tuple[str, int]:
    try:
        return api.new_token(email, password)
    except ApiProblem as error:
        if error.problem.status == 401 and error.problem.detail:
            raise NotLoggedIn(error.problem.detail) from None
        raise


def _known(name: str) -> Profile | None:
    """The profile that this login replaces; one that cannot be used is no obstacle."""
    try:
        return read_profile(name)
    except BadInput:
        return None


def _address(target: Target, known: Profile | None) -> str:
    """The address that is given, else that of the named profile, of the environment, or of the default profile."""
    of_profile = known.api_url if known else None
    given = target.api_url or (target.profile and of_profile) or os.environ.get("PAYERWORKS_URL") or of_profile
    if not given:
        raise BadOption("--api-url says where to log in, such as --api-url https://api.example.com/prod.")
    return checked_url(given)


def _asked_email() -> str:
    if not sys.stdin.isatty():
        raise BadOption("--email says who logs in.")
    return str(typer.prompt("E-mail", err=True))


def _asked_password(*, from_stdin: bool) -> str:
    if sys.stdin.isatty() and not from_stdin:
        with warnings.catch_warnings():
            warnings.simplefilter("error", getpass.GetPassWarning)
            try:
                password = getpass.getpass("Password: ")
            except getpass.GetPassWarning:
                raise BadInput("This terminal would show the password: pipe it in with --password-stdin.") from None
    else:
        password = sys.stdin.readline().rstrip("\r\n")
    if not password:
        raise BadInput("No password was given.")
    return password


def _show(name: str, profile: Profile, terminal: Terminal) -> None:
    until = second(profile.expires_at)
    terminal.json(
        {"ok": True, "profile": name, "api_url": profile.api_url, "email": profile.email, "expires_at": until}
    )
    terminal.line(f"Logged in at {profile.api_url} as {profile.email} until {until}")
    use = f"Commands go there with --profile {name} or PAYERWORKS_PROFILE={name}"
    terminal.line(f"{use}{'; without them too, where no stack is up' if name == DEFAULT else ''}")
