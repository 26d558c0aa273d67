"""Logins at deployments, one file each, that only their owner can read."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

from pydantic import AwareDatetime, BaseModel, SecretStr, ValidationError, field_serializer

from payerworks_cli.deployment import Deployment
from payerworks_cli.errors import BadInput, BadOption
from payerworks_cli.local_files import reason, replace_whole
from payerworks_cli.program import program

DEFAULT = "default"
NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}")
_OWNER_ONLY = 0o600


class Profile(BaseModel):
    """Who is logged in where, with the token and the time until which it is valid."""

    api_url: str
    email: str
    token: SecretStr
    expires_at: AwareDatetime

    @field_serializer("token")
    def _written(self, token: SecretStr) -> str:
        return token.get_secret_value()


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
        log_in=f"{log_in_command(name)} logs in again",
    )
