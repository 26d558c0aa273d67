"""The outputs of a stack on this machine: its outputs.json."""

import re
from pathlib import Path

from pydantic import BaseModel, SecretStr, ValidationError

from payerworks_cli.deployment import Deployment
from payerworks_cli.errors import StackNotUp
from payerworks_cli.local_files import reason

_FOLDER = re.compile(r"\.local-(.+)")


class Administrator(BaseModel):
    """The first account of the stack."""

    email: str
    password: SecretStr


class Stack(BaseModel):
    """The outputs that the command uses. A stack on AWS has neither an endpoint nor keys here."""

    api_url: str
    intake_bucket: str
    audit_bucket: str = ""
    admin: Administrator | None = None
    """None for a stack on AWS."""
    region: str | None = None
    aws_endpoint_url: str | None = None
    access_key_id: str | None = None
    secret_access_key: SecretStr | None = None
    opensearch_url: str | None = None
    tables: dict[str, str] = {}
    """The names of the tables, by their services."""
    topics: dict[str, str] = {}
    functions: dict[str, str] = {}
    make: str = "make"
    """The make command of this stack, to be followed by a target."""

    @property
    def deployment(self) -> Deployment:
        """The API of the stack, called as its administrator."""
        if self.admin is None:
            raise StackNotUp(f"outputs.json has no administrator: `{self.make} up` writes it anew.")
        return Deployment(self.api_url, self.admin.email, self.admin.password, make=self.make)


def stack_folder(name: str = "") -> Path:
    """The folder of the stack with this name."""
    return Path(f".local-{name}" if name else ".local")


def read_stack(folder: Path) -> Stack:
    """Read `outputs.json` of a stack's folder; raises StackNotUp if it is missing or incomplete."""
    path, make = folder / "outputs.json", make_of(folder)
    try:
        return Stack.model_validate_json(path.read_bytes()).model_copy(update={"make": make})
    except FileNotFoundError:
        raise StackNotUp(
            f"The stack is not up: {path} is missing; `{make} up` starts the stack and writes it."
        ) from None
    except OSError as error:
        raise StackNotUp(f"{path} cannot be read: {reason(error)}.") from error
    except ValidationError as error:
        wrong = ", ".join(".".join(map(str, entry["loc"])) or "the file" for entry in error.errors())
        raise StackNotUp(f"{path} is incomplete (wrong or missing: {wrong}); `{make} up` writes it anew.") from None


def make_of(folder: Path) -> str:
    """The make command of the stack with this folder: `make STACK=b` for .local-b."""
    named = _FOLDER.fullmatch(folder.name)
    return f"make STACK={named[1]}" if named else "make"
