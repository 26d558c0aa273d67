"""Before-images: the parts of a plan that a change replaced, from which earlier versions are rebuilt."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from plans.plan.document import RootText, ServicePart


@dataclass(frozen=True, slots=True)
class BeforeImages:
    """A plan's own text before a change (None if unchanged), and its services by object id (None if new)."""

    text: RootText | None
    services: Mapping[str, ServicePart | None]


def undo(
    text: RootText, services: Iterable[ServicePart], before_images: Sequence[BeforeImages]
) -> tuple[RootText, tuple[ServicePart, ...]]:
    """A plan's own text and services before the changes that left these images, ordered from the oldest."""
    parts: dict[str, ServicePart | None] = {part.object_id: part for part in services}
    for image in reversed(before_images):
        text = image.text or text
        parts |= image.services
    services = (part for part in parts.values() if part is not None)
    return text, tuple(sorted(services, key=lambda part: part.rank))
