"""A plan's document and its parts: what of it one item of the table holds, and the whole again, as it was sent."""

import datetime
import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from payerworks import json_text
from payerworks.json_text import Json

SERVICES = "linkedPlanServices"
_MONTH_FIRST = re.compile(r"(\d{2})-(\d{2})-(\d{4})")


@dataclass(frozen=True, slots=True)
class RootText:
    """A plan's text without its linked services: what stands before the first and after the last of them."""

    before: str
    after: str

    @property
    def text(self) -> str:
        """The plan's members, with an empty list of linked services in their place."""
        return self.before + self.after

    @property
    def value(self) -> dict[str, Json]:
        """As `text`."""
        value: dict[str, Json] = json_text.read(self.text)
        return value

    @property
    def hash(self) -> int:
        return _hash(self.text)


@dataclass(frozen=True, slots=True)
class ServicePart:
    """One linked service: its objectId, its rank among the plan's services (gapped), its JSON text."""

    object_id: str
    rank: int
    text: str

    @property
    def hash(self) -> int:
        return _hash(f"{self.rank}:{self.text}")


def _hash(text: str) -> int:
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=16).digest())


def digest(root: RootText, services: Iterable[ServicePart]) -> int:
    """The sum of the parts' hashes, modulo 2**128: a change adjusts it by the parts that it touches."""
    return (root.hash + sum(part.hash for part in services)) % 2**128


def adjusted(value: int, *, gone: Iterable[RootText | ServicePart], new: Iterable[RootText | ServicePart]) -> int:
    """A digest after parts were replaced."""
    return (value - sum(part.hash for part in gone) + sum(part.hash for part in new)) % 2**128


def answer_bytes(*parts: RootText | ServicePart) -> int:
    """What texts take of a function's answer, which carries them within a JSON text of ASCII characters."""
    return sum(len(json.dumps(part.text)) for part in parts)


def root_text(plan: Mapping[str, Json]) -> RootText:
    """The text of a plan's own members; the linked services' place among them is kept."""
    names = list(plan)
    at = names.index(SERVICES)
    before = json_text.write({name: plan[name] for name in names[:at]} | {SERVICES: []})
    after = json_text.write({name: plan[name] for name in names[at + 1 :]})
    return RootText(before[:-2], "]}" if after == "{}" else f"],{after[1:]}")


def whole_text(root: RootText, services: Iterable[ServicePart]) -> str:
    """The plan as it was sent."""
    return f"{root.before}{','.join(part.text for part in services)}{root.after}"


def object_ids(root: Mapping[str, Json], services: Iterable[Mapping[str, Json]]) -> list[str]:
    """The object ids in a plan's own members and in these services, in a fixed order."""
    found = [root["objectId"], root["planCostShares"]["objectId"]]
    for service in services:
        holders = (service, service["linkedService"], service["planserviceCostShares"])
        found += [holder["objectId"] for holder in holders]
    return found


def creation_date(text: str) -> datetime.date:
    """The day of a creationDate in either spelling, `2017-12-31` or `12-31-2017`. Raises ValueError."""
    month_first = _MONTH_FIRST.fullmatch(text)
    try:
        return datetime.date.fromisoformat("{2}-{0}-{1}".format(*month_first.groups()) if month_first else text)
    except ValueError:
        raise ValueError("must be a date, as 2017-12-31 or 12-31-2017") from None
