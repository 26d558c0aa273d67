"""What a change replaces of a plan, and from these images what the plan was before."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from plans.plan.document import RootText, ServicePart


@dataclass(frozen=True, slots=True)
class Images:
    """The plan's own text before a change, None where it stayed; services by object id, None where there was none."""

    text: RootText | None
    services: Mapping[str, ServicePart | None]


def undone(
    text: RootText, services: Iterable[ServicePart], images: Sequence[Images]
) -> tuple[RootText, tuple[ServicePart, ...]]:
    """A plan's own text and its services before the changes that left these images, which are given oldest first."""
    parts: dict[str, ServicePart | None] = {part.object_id: part for part in services}
    for image in reversed(images):
        text = image.text or text
        parts |= image.services
    held = [part for part in parts.values() if part is not None]
    return text, tuple(sorted(held, key=lambda part: part.rank))
