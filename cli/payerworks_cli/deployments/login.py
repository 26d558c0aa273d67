"""`payerworks login`: log in at a deployment, for the commands that follow."""

import os
import sys
from typing import Annotated

import typer

from payerworks_cli.api import Api
from payerworks_cli.cloud_stack import CloudStack, read_cloud_stack
from payerworks_cli.deployment import Deployment, is_on_this_machine
from payerworks_cli.errors import ApiProblem, BadInput, BadOption, NotLoggedIn
from payerworks_cli.passwords import FromStdin, asked_code, asked_password
from payerworks_cli.profiles import DEFAULT, Profile, client_id, locked_profiles, read_profile, write_profile
from payerworks_cli.program import program
from payerworks_cli.session import AsJson
from payerworks_cli.shown_values import second
from payerworks_cli.target import Target, checked_url
from payerworks_cli.terminal import Terminal, command_terminal, counted
from payerworks_cli.tokens import Tokens

Email = Annotated[str | None, typer.Option(metavar="ADDRESS", help="Who logs in; asked for if it is not given.")]
Code = Annotated[
    str | None, typer.Option("--otp", metavar="CODE", help="The code of the second factor, or a recovery code.")
]


Cloud = Annotated[
    str | None,
    typer.Option(
        "--cloudformation", metavar="STACK", help="The application's stack on AWS, which says where to log in."
    ),
]
Region = Annotated[str | None, typer.Option(metavar="REGION", help="Its region, if AWS is set up for another.")]


def login(
    email: Email = None,
    cloudformation: Cloud = None,
    region: Region = None,
    password_stdin: FromStdin = False,
    otp: Code = None,
    *,
    target: Target,
    as_json: AsJson = False,
) -> None:
    """Log in at a deployment. The password is asked for, or read from standard input where there is no terminal.

    The login is renewed by the commands that use it.

    Example: payerworks login --api-url https://api.example.com/prod --email ann@example.com
    """
    with command_terminal(as_json=as_json) as terminal:
        if target.stack_dir:
            raise BadOption("A stack on this machine needs no login: commands call it as its administrator.")
        name = target.profile or os.environ.get("PAYERWORKS_PROFILE") or DEFAULT
        known = _known(name)
        cloud = CloudStack(name=cloudformation, region=region) if cloudformation else None
        api_url = read_cloud_stack(cloud).api_url if cloud else _address(target, known)
        email = email or (known.email if known and known.api_url == api_url else _asked_email())
        if api_url.startswith("http:") and not is_on_this_machine(api_url):
            terminal.note(f"{api_url} is not https: others on the way can read the password.")
        device = client_id(api_url)
        with Api(Deployment(api_url, client_id=device), terminal.note) as api:
            tokens = _tokens(api, email, asked_password(from_stdin=password_stdin), otp)
        profile = Profile(
            api_url=api_url,
            email=email,
            token=tokens.access_token,
            refresh_token=tokens.refresh_token,
            client_id=device,
            expires_at=tokens.expires_at(),
            cloud_stack=cloud or (known.cloud_stack if known and known.api_url == api_url else None),
        )
        with locked_profiles():
            write_profile(name, profile)
        _show(name, profile, terminal, must_enrol=tokens.mfa_enrolment_required)


def _tokens(api: Api, email: str, password: str, code: str | None) -> Tokens:
    try:
        return api.new_tokens(email, password, code or "")
    except ApiProblem as error:
        if error.problem.mfa_required and not code:
            return _tokens(api, email, password, asked_code(None, "--otp CODE"))
        if error.problem.status == 401 and error.problem.detail:
            raise NotLoggedIn(error.problem.detail) from None
        if error.problem.status == 429 and error.problem.retry_after:
            wait = _duration(error.problem.retry_after)
            raise NotLoggedIn(f"Too many attempts to log in: try again in {wait}.") from None
        raise


def _duration(seconds: int) -> str:
    return counted(seconds, "second") if seconds < 120 else counted(-(-seconds // 60), "minute")


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


def _show(name: str, profile: Profile, terminal: Terminal, *, must_enrol: bool) -> None:
    until = second(profile.expires_at)
    told = {"ok": True, "profile": name, "api_url": profile.api_url, "email": profile.email, "expires_at": until}
    terminal.json(told | ({"mfa_enrolment_required": True} if must_enrol else {}))
    terminal.line(f"Logged in at {profile.api_url} as {profile.email}; the token, valid until {until}, is renewed")
    if must_enrol:
        enrol = Target(profile=name).as_options() if name != DEFAULT else ""
        terminal.line(f"This account must have a second factor: `{program()} mfa enrol{enrol}` sets it up.")
    use = f"Commands go there with --profile {name} or PAYERWORKS_PROFILE={name}"
    terminal.line(f"{use}{'; without them too, where no stack is up' if name == DEFAULT else ''}")
