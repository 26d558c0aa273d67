"""A plan's document: its object ids, its parts as table items hold them, joined exactly, undone by before-images."""

import bisect
import datetime
import hashlib
import itertools
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from payerworks import json_text
from payerworks.errors import BadInput, Fault, NotFound, PayerworksError
from payerworks.json_text import Json

SERVICES = "linkedPlanServices"
GAP = 1 << 32
"""Distance of two ranks. Ranks order the services; thanks to the gaps, an insertion writes only the new service."""
RESERVED_IDS = frozenset({"search", "es_data", "es_plan", "schema"})
"""Words of the API's paths, which no plan has as its id."""
MAX_ID_BYTES = 256
_FORBIDDEN = re.compile(r"[/\x00-\x1f\x7f-\x9f]")
_ENCODED = re.compile(r"%[0-9A-Fa-f]{2}")
_MONTH_FIRST = re.compile(r"(\d{2})-(\d{2})-(\d{4})")


@dataclass(frozen=True, slots=True)
class RootText:
    """A plan's JSON text without its linked services: the text before the first and after the last of them."""

    before: str
    after: str

    @property
    def text(self) -> str:
        """The plan as JSON text, with an empty list of linked services."""
        return self.before + self.after

    @property
    def value(self) -> dict[str, Json]:
        """The plan with an empty list of linked services."""
        value: dict[str, Json] = json_text.read(self.text)
        return value

    @property
    def hash(self) -> int:
        return _hash(self.text)


@dataclass(frozen=True, slots=True)
class ServicePart:
    """One linked service: objectId, gapped rank among the plan's services, JSON text."""

    object_id: str
    rank: int
    text: str

    @property
    def hash(self) -> int:
        return _hash(f"{self.rank}:{self.text}")


def _hash(text: str) -> int:
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=16).digest())


def digest(root: RootText, services: Iterable[ServicePart]) -> int:
    """The sum of the parts' hashes, modulo 2**128, so that a change adjusts it by the parts it touches."""
    return (root.hash + sum(part.hash for part in services)) % 2**128


def adjusted_digest(
    value: int, *, gone: Iterable[RootText | ServicePart], new: Iterable[RootText | ServicePart]
) -> int:
    """A digest after the parts `gone` are replaced by the parts `new`."""
    return (value - sum(part.hash for part in gone) + sum(part.hash for part in new)) % 2**128


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


def answer_bytes(*parts: RootText | ServicePart) -> int:
    """Bytes of a function's answer that texts take up: the answer embeds them in a JSON text of ASCII characters."""
    return sum(len(json.dumps(part.text)) for part in parts)


def root_text(plan: Mapping[str, Json]) -> RootText:
    """The text of a plan's own members, split where the linked services were."""
    names = list(plan)
    at = names.index(SERVICES)
    before = json_text.write({name: plan[name] for name in names[:at]} | {SERVICES: []})
    after = json_text.write({name: plan[name] for name in names[at + 1 :]})
    return RootText(before[:-2], "]}" if after == "{}" else f"],{after[1:]}")


def whole_text(root: RootText, services: Iterable[ServicePart]) -> str:
    """The text of the whole plan, as it was sent."""
    return f"{root.before}{','.join(part.text for part in services)}{root.after}"


def object_ids(root: Mapping[str, Json], services: Iterable[Mapping[str, Json]]) -> list[str]:
    """The object ids in a plan's own members and in some of its services, in a fixed order."""
    ids = [root["objectId"], root["planCostShares"]["objectId"]]
    for service in services:
        holders = (service, service["linkedService"], service["planserviceCostShares"])
        ids += [holder["objectId"] for holder in holders]
    return ids


def id_fault(text: str) -> str | None:
    """What keeps a text from being an object id; None if it can be one."""
    if not 1 <= len(text.encode()) <= MAX_ID_BYTES:
        return f"must have 1 to {MAX_ID_BYTES} bytes"
    if _FORBIDDEN.search(text):
        return "must not contain a slash or a control character"
    return path_fault(text)


def path_fault(text: str) -> str | None:
    """Why a text is not the same in every path: a client or a server on the way may resolve or decode it once more."""
    if text in (".", ".."):
        return "must not be . or .., which are steps of a path"
    if _ENCODED.search(text):
        return "must not contain a percent sign and two hex digits, which a path may lose"
    return None


def absent(object_id: str, detail: str) -> PayerworksError:
    """The error for an id that names nothing: BadInput if no object can have it, else NotFound with `detail`.

    An object with such an id, stored before the rule, is still found, so that it can be read and deleted.
    """
    fault = path_fault(object_id)
    return BadInput("The id is not valid.", errors=[Fault("/id", fault)]) if fault else NotFound(detail)


def parse_creation_date(text: str) -> datetime.date:
    """The date in a creationDate of either format, `2017-12-31` or `12-31-2017`. Raises ValueError."""
    month_first = _MONTH_FIRST.fullmatch(text)
    try:
        return datetime.date.fromisoformat("{2}-{0}-{1}".format(*month_first.groups()) if month_first else text)
    except ValueError:
        raise ValueError("must be a date such as 2017-12-31 or 12-31-2017") from None


def assign_ranks(old: Mapping[str, int], order: Sequence[str]) -> list[int]:
    """Rising ranks for the names in `order`, which keep as many of their `old` ranks as possible.

    If a gap is too small for the names to insert, all names get new ranks.
    """
    kept = _longest_rising([(index, old[name]) for index, name in enumerate(order) if name in old])
    ranks = [0] * len(order)
    bounds = [(-1, 0), *kept, (len(order), (kept[-1][1] if kept else 0) + GAP * (len(order) + 1))]
    for (left, low), (right, high) in itertools.pairwise(bounds):
        count = right - left - 1
        # After the last kept rank the room is unlimited: use the usual gap there.
        step = GAP if right == len(order) else (high - low) // (count + 1)
        if count and step == 0:
            return [GAP * (index + 1) for index in range(len(order))]
        for offset in range(count):
            ranks[left + 1 + offset] = low + step * (offset + 1)
        if right < len(order):
            ranks[right] = high
    return ranks


def _longest_rising(pairs: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The longest subsequence of (index, rank) whose ranks rise (patience sorting)."""
    tails: list[int] = []
    last: list[int] = []
    previous: list[int] = []
    for number, (_, rank) in enumerate(pairs):
        at = bisect.bisect_left(tails, rank)
        previous.append(last[at - 1] if at else -1)
        if at == len(tails):
            tails.append(rank)
            last.append(number)
        else:
            tails[at], last[at] = rank, number
    longest = []
    number = last[-1] if last else -1
    while number >= 0:
        longest.append(pairs[number])
        number = previous[number]
    return longest[::-1]
