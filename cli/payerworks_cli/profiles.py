"""Logins at deployments, one file each, that only their owner can read."""

import datetime
import fcntl
import os
import re
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Self

from pydantic import AwareDatetime, BaseModel, SecretStr, ValidationError, field_serializer

from payerworks_cli.cloud_stack import CloudStack
from payerworks_cli.deployment import Deployment
from payerworks_cli.errors import BadInput, BadOption
from payerworks_cli.local_files import reason, replace_whole
from payerworks_cli.program import program
from payerworks_cli.tokens import Tokens

DEFAULT = "default"
NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}")
_OWNER_ONLY = 0o600


class Profile(BaseModel):
    """Who is logged in where, with the access token, the time until which it is valid, and what renews it.

    `client_id` makes this device known to the account: failed logins of others elsewhere do not hold it up.
    """

    api_url: str
    email: str
    token: SecretStr
    refresh_token: SecretStr
    client_id: SecretStr
    expires_at: AwareDatetime
    cloud_stack: CloudStack | None = None
    """The stack that it was made from, for the commands that call AWS itself."""

    @field_serializer("token", "refresh_token", "client_id")
    def _written(self, secret: SecretStr) -> str:
        return secret.get_secret_value()

    @property
    def has_expired(self) -> bool:
        return self.expires_at <= datetime.datetime.now(datetime.UTC)

    def with_tokens(self, tokens: Tokens) -> Self:
        """The same login with tokens that came just now."""
        return self.model_copy(
            update={
                "token": tokens.access_token,
                "refresh_token": tokens.refresh_token,
                "expires_at": tokens.expires_at(),
            }
        )


def folder() -> Path:
    """Where profiles are, by the XDG Base Directory Specification (a relative XDG_CONFIG_HOME does not count)."""
    configured = Path(os.environ.get("XDG_CONFIG_HOME", ""))
    return (configured if configured.is_absolute() else Path.home() / ".config") / "payerworks" / "profiles"


def profile_path(name: str) -> Path:
    """The file of a profile. Raises BadOption for what cannot be a name."""
    if not NAME.fullmatch(name):
        raise BadOption(f"{name} is not a profile name: use up to 64 letters, digits, dots, dashes and underscores.")
    return folder() / f"{name}.json"


def read_profile(name: str) -> Profile | None:
    """A profile; None if there is none of this name. Raises BadInput, also if others can read its file."""
    path = profile_path(name)
    try:
        with path.open("rb") as file:
            if os.fstat(file.fileno()).st_mode & 0o077:
                raise BadInput(f"{path} can be read by others: run chmod 600 {path}, or log in again.")
            return Profile.model_validate_json(file.read())
    except FileNotFoundError:
        return None
    except OSError as error:
        raise BadInput(f"{path} cannot be read: {reason(error)}.") from error
    except ValidationError:
        raise BadInput(f"{path} is not a profile any more: remove it, then {log_in_command(name)}.") from None


def profile_names() -> list[str]:
    """The names of all profiles."""
    return sorted(path.stem for path in folder().glob("*.json") if NAME.fullmatch(path.stem))


def profiles() -> Iterator[tuple[str, Profile]]:
    """All profiles by name. Raises BadInput."""
    for name in profile_names():
        if profile := read_profile(name):
            yield name, profile


def write_profile(name: str, profile: Profile) -> Path:
    """Write a profile, whole or not at all, for its owner only; its file. Raises BadInput."""
    path = profile_path(name)
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        replace_whole(path, [profile.model_dump_json(indent=2).encode() + b"\n"], _OWNER_ONLY)
    except OSError as error:
        raise BadInput(f"{path} cannot be written: {reason(error)}.") from error
    return path


def delete_profile(name: str) -> None:
    """Delete a profile, if it is there. Raises BadInput."""
    path = profile_path(name)
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise BadInput(f"{path} cannot be deleted: {reason(error)}.") from error


@contextmanager
def locked_profiles() -> Iterator[None]:
    """Keep other commands from changing profiles meanwhile. Raises BadInput."""
    try:
        folder().mkdir(mode=0o700, parents=True, exist_ok=True)
        number = os.open(folder(), os.O_RDONLY)
    except OSError as error:
        raise BadInput(f"{folder()} cannot be used: {reason(error)}.") from error
    try:
        # Some network file systems have no locks; then the service's grace for a repeated refresh has to do.
        with suppress(OSError):
            fcntl.flock(number, fcntl.LOCK_EX)
        yield
    finally:
        os.close(number)


def renew_profile(
    deployment: Deployment, used: SecretStr, refresh: Callable[[Profile], Tokens | None]
) -> Profile | None:
    """The profile of a deployment with another access token than the one `used`; None if the login has ended.

    A refresh token can be used once, and its second use ends the login. So one command refreshes at a time, stores the
    new pair before anybody else reads the profile, and the others take that. Raises BadInput.
    """
    with locked_profiles():
        profile = _profile_of(deployment)
        if profile is None or (profile.token != used and not profile.has_expired):
            return profile
        tokens = refresh(profile)
        if tokens is None:
            # Where there are no locks, another command may have been first.
            other = _profile_of(deployment)
            return other if other and other.token != profile.token else None
        profile = profile.with_tokens(tokens)
        write_profile(deployment.profile, profile)
        return profile


def _profile_of(deployment: Deployment) -> Profile | None:
    """The profile as it is now; None if there is none, or somebody logged in as another account or elsewhere."""
    profile = read_profile(deployment.profile) if deployment.profile else None
    is_same = profile and (profile.api_url, profile.email) == (deployment.api_url, deployment.email)
    return profile if is_same else None


def client_id(api_url: str) -> SecretStr:
    """The id of this device at a deployment: random, made once, and unknown to other deployments. Raises BadInput."""
    path = folder().parent / "device"
    try:
        if not path.exists():
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            replace_whole(path, [f"{uuid.uuid4()}\n".encode()], _OWNER_ONLY)
        return SecretStr(str(uuid.uuid5(uuid.UUID(path.read_text(encoding="ascii").strip()), api_url)))
    except OSError as error:
        raise BadInput(f"{path} cannot be used: {reason(error)}.") from error
    except ValueError:
        raise BadInput(f"{path} is not the id of a device any more: remove it, then log in again.") from None


def log_in_command(name: str) -> str:
    """The command that logs in again."""
    return f"`{program()} login`" if name == DEFAULT else f"`{program()} login --profile {name}`"


def deployment_of(name: str, profile: Profile) -> Deployment:
    """The deployment where the profile is logged in."""
    return Deployment(
        profile.api_url,
        profile.email,
        token=profile.token,
        expires_at=profile.expires_at,
        profile=name,
        client_id=profile.client_id,
        log_in=f"{log_in_command(name)} logs in again",
    )
