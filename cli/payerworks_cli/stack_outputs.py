"""The outputs of the running stack: its outputs.json."""

import os
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import BaseModel, SecretStr, ValidationError

from payerworks_cli.errors import StackNotUp


class Administrator(BaseModel):
    """The first account of the stack."""

    email: str
    password: SecretStr


class Stack(BaseModel):
    """The outputs that the command uses. A stack on AWS has neither an endpoint nor keys here."""

    api_url: str
    intake_bucket: str
    admin: Administrator
    region: str | None = None
    aws_endpoint_url: str | None = None
    access_key_id: str | None = None
    secret_access_key: SecretStr | None = None
    opensearch_url: str | None = None
    topics: dict[str, str] = {}
    functions: dict[str, str] = {}


def stack_folder() -> Path:
    """The folder of the stack that the variable STACK names."""
    name = os.environ.get("STACK")
    return Path(f".local-{name}" if name else ".local")


def read_stack(stack_dir: Path | None) -> Stack:
    """Read `outputs.json` of a stack's folder; raises StackNotUp if it is missing or incomplete."""
    path = (stack_dir or stack_folder()) / "outputs.json"
    try:
        return Stack.model_validate_json(path.read_bytes())
    except FileNotFoundError:
        raise StackNotUp(f"The stack is not up: {path} is missing; `make up` starts the stack and writes it.") from None
    except OSError as error:
        raise StackNotUp(f"{path} cannot be read: {error.strerror}.") from error
    except ValidationError as error:
        wrong = ", ".join(".".join(map(str, entry["loc"])) or "the file" for entry in error.errors())
        raise StackNotUp(f"{path} is incomplete (wrong or missing: {wrong}); `make up` writes it anew.") from None


def is_on_this_machine(url: str | None) -> bool:
    """Whether a URL names this machine, which no proxy reaches."""
    host = urlsplit(url or "").hostname or ""
    return host in ("localhost", "127.0.0.1", "::1") or host.endswith(".localhost")
