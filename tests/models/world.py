"""What all worlds have in common."""

import itertools
from typing import ClassVar

from tests.models.aws_model import Stack
from tests.models.process import Patches
from tests.models.scheduler import Scheduler


class World:
    """A run's clients, and the promises that they check. `environment` has variables of its functions.

    `prepare` runs when the stack is installed, `start` starts the clients, `check` runs when all has come to an end,
    and `compare` when the stack is installed no longer.
    """

    environment: ClassVar[dict[str, str]] = {}

    def __init__(self, scheduler: Scheduler, stack: Stack) -> None:
        self.scheduler, self.stack, self.draw = scheduler, stack, scheduler.draw
        self.ids = itertools.count(1)

    def prepare(self, patches: Patches) -> None:
        """Change limits of the code, so that a few calls go all its ways."""

    def compare(self) -> None:
        """Compare the end of the run with other runs."""
