"""Planted faults: harmful changes of the code, each of a kind that the models must find within a minute."""

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from tests.models.process import Patches

if TYPE_CHECKING:
    from tests.models.aws_model import Stack


class Fault(NamedTuple):
    """A fault of a kind, the world that shows it, and how it is planted for a run."""

    kind: str
    world: str
    plant: "Callable[[Patches, Stack], None]"


FAULTS: dict[str, Fault] = {}
