"""Names and paths of a stack."""

import re
from dataclasses import dataclass
from pathlib import Path

from localstack.problem import StackProblem

ROOT = Path(__file__).resolve().parents[1]
TOOLS = ROOT / ".tools"
REGION = "us-east-1"


@dataclass(frozen=True)
class Layout:
    """The default stack has an empty name and its files are in .local/; those of the stack NAME are in .local-NAME/.

    Raises StackProblem for an invalid name.
    """

    name: str = ""

    def __post_init__(self) -> None:
        if not re.fullmatch(r"([a-z][a-z0-9-]{0,19})?", self.name):
            raise StackProblem(
                f"STACK={self.name} is not a stack name: use up to 20 lower-case letters, digits and dashes, "
                "starting with a letter."
            )

    @property
    def folder(self) -> Path:
        return ROOT / (f".local-{self.name}" if self.name else ".local")

    @property
    def cloudformation_stack(self) -> str:
        return f"payerworks-{self.name}" if self.name else "payerworks"

    @property
    def lock(self) -> Path:
        """The lock file; outside the stack's folder, because `clean` deletes the folder."""
        return TOOLS / f"stack-{self.name or 'default'}.lock"

    @property
    def make(self) -> str:
        """The make command for this stack, to be followed by a target."""
        return f"make STACK={self.name}" if self.name else "make"

    def log(self, name: str) -> Path:
        return self.folder / "logs" / f"{name}.log"


def logical_id(operation: str) -> str:
    """The logical ID of an operation's function: create_plan → CreatePlan."""
    return operation.title().replace("_", "")
