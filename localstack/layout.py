"""Where a stack keeps its things, and what it is called."""

import re
from dataclasses import dataclass
from pathlib import Path

from localstack.problem import StackProblem

ROOT = Path(__file__).resolve().parents[1]
TOOLS = ROOT / ".tools"
REGION = "us-east-1"


@dataclass(frozen=True)
class Layout:
    """The default stack has the empty name and lives in .local/, a stack called NAME in .local-NAME/."""

    name: str = ""

    def __post_init__(self) -> None:
        if not re.fullmatch(r"([a-z][a-z0-9-]{0,19})?", self.name):
            raise StackProblem(
                f"STACK={self.name} is no stack name: use up to 20 lower-case letters, digits and dashes."
            )

    @property
    def folder(self) -> Path:
        return ROOT / (f".local-{self.name}" if self.name else ".local")

    @property
    def cloudformation_stack(self) -> str:
        return f"payerworks-{self.name}" if self.name else "payerworks"

    @property
    def lock(self) -> Path:
        """Outside the folder, which `clean` removes."""
        return TOOLS / f"stack-{self.name or 'default'}.lock"

    @property
    def make(self) -> str:
        """The words that make a target work on this stack."""
        return f"make STACK={self.name}" if self.name else "make"

    def log(self, name: str) -> Path:
        return self.folder / "logs" / f"{name}.log"
