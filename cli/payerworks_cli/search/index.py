"""Which index a command is about."""

from enum import StrEnum
from typing import Annotated

import typer


class Index(StrEnum):
    """An index, by its name in the API."""

    PLANS = "plans"
    PATIENTS = "patients"

    @property
    def noun(self) -> str:
        """What one of its entries is called."""
        return self.value.removesuffix("s")

    @property
    def query(self) -> dict[str, str]:
        """The query of a job on it."""
        return {"index": self.value}


IndexOption = Annotated[Index, typer.Option("--index", help="Which index.")]
