"""A plan as it is stored, and what a change of it writes."""

import bisect
import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from payerworks import json_text
from payerworks.cache import Copy
from payerworks.errors import BodyTooLarge
from payerworks.json_text import Json
from payerworks.signed import write_signed
from plans.plan.before_images import Images
from plans.plan.document import SERVICES, RootText, ServicePart, adjusted, answer_bytes, digest, root_text, whole_text

CHANGE_TOKEN = "change-token"
"""What a Change-Token is signed for."""
Operation = Literal["created", "replaced", "patched", "deleted"]

GAP = 1 << 32
"""Between two ranks: services keep their order by integers with gaps, so that inserting one rewrites only that one."""
MAX_ANSWER_BYTES = 6_000_000
"""Bytes of a plan in an answer; a function's whole answer may have 6 MiB."""


@dataclass(frozen=True, slots=True)
class StoredRoot:
    """The root of a plan: what answers `If-None-Match`, and what every change is conditioned on.

    `version` rises with each change and never restarts; `generation` names the items that hold the services;
    `digest` is the sum of all parts' hashes; `size` is what the plan takes of an answer (bytes); `seed` is that of the
    request which created it (idempotency.py); a deleted plan keeps its root as a tombstone; `at` is when the version
    was committed (ISO 8601, UTC, milliseconds; no earlier than the version before; empty until then).
    """

    tenant: str
    plan_id: str
    version: int
    generation: str
    digest: int
    services: int
    size: int
    text: RootText
    seed: str
    deleted: bool = False
    at: str = ""

    @property
    def etag(self) -> str:
        return etag(self.version, self.digest)

    @property
    def change_token(self) -> str:
        """What a client gives to a search to wait for this version (index/read_your_writes.py)."""
        return write_signed([self.plan_id, self.version], CHANGE_TOKEN, self.tenant)


def etag(version: int, digest: int) -> str:
    """The ETag of a plan's version."""
    return f'"{version}-{digest:032x}"'


@dataclass(frozen=True, slots=True)
class StoredPlan:
    """A root with all its services, in the order of their ranks."""

    root: StoredRoot
    services: tuple[ServicePart, ...]

    @property
    def text(self) -> str:
        """The plan as it was sent."""
        return whole_text(self.root.text, self.services)

    @property
    def copy(self) -> Copy:
        """What the cache keeps of it."""
        return Copy(self.root.version, self.root.etag, self.text)

    @property
    def value(self) -> dict[str, Json]:
        """The plan as a value of the caller's own."""
        return self.root.text.value | {SERVICES: [json_text.read(part.text) for part in self.services]}


@dataclass(frozen=True, slots=True)
class Change:
    """A change of one plan, ready to be committed.

    before    the root it starts from; None where the plan never was
    after     the root it ends with
    put       the services that are new or differ
    replaced  by object id what these and the removed ones were before; None where there was none
    services  all services after it, None where only some were read
    """

    operation: Operation
    before: StoredRoot | None
    after: StoredRoot
    put: Sequence[ServicePart]
    replaced: Mapping[str, ServicePart | None]
    services: tuple[ServicePart, ...] | None

    @property
    def removed(self) -> list[str]:
        kept = {part.object_id for part in self.put}
        return [object_id for object_id in self.replaced if object_id not in kept]

    @property
    def images(self) -> Images:
        """What the history keeps of the plan before: nothing of services whose generation it leaves as it is."""
        before, after = self.before, self.after
        if before is None or before.deleted:
            return Images(None, {})
        if before.generation != after.generation:
            return Images(before.text, {})
        return Images(before.text if before.text != after.text else None, self.replaced)

    @property
    def changed(self) -> list[str]:
        """The object ids of the parts it changes: the plan's own for its members and cost shares, and services'."""
        before, after = self.before, self.after
        same = before is not None and (before.deleted, before.text) == (after.deleted, after.text)
        return ([] if same else [after.plan_id]) + list(self.replaced)


def creation(tenant: str, plan: Mapping[str, Json], tombstone: StoredRoot | None, seed: str) -> Change:
    """The change that makes a new plan, on from the tombstone of a deleted one if there is one."""
    services = _placed(plan, {})
    text = root_text(plan)
    version = tombstone.version + 1 if tombstone else 1
    root = StoredRoot(
        tenant=tenant,
        plan_id=plan["objectId"],
        version=version,
        generation=f"{version}",
        digest=digest(text, services),
        services=len(services),
        size=_checked(answer_bytes(text, *services)),
        text=text,
        seed=seed,
    )
    return Change("created", tombstone, root, services, {part.object_id: None for part in services}, services)


def replacement(operation: Operation, stored: StoredPlan, plan: Mapping[str, Json]) -> Change | None:
    """The change from a stored plan to a new whole one; None where they are the same."""
    held = {part.object_id: part for part in stored.services}
    services = _placed(plan, {name: part.rank for name, part in held.items()})
    kept = {part.object_id for part in services}
    put = [part for part in services if held.get(part.object_id) != part]
    replaced = {part.object_id: held.get(part.object_id) for part in put}
    replaced |= {name: part for name, part in held.items() if name not in kept}
    return _change(operation, stored.root, root_text(plan), put, replaced, services)


def part_replacement(
    root: StoredRoot, text: RootText, parts: Sequence[ServicePart], held: Mapping[str, ServicePart]
) -> Change | None:
    """The change of a plan's own members and of some services that it has; None where nothing differs."""
    put = [part for part in parts if held[part.object_id] != part]
    return _change("patched", root, text, put, {part.object_id: held[part.object_id] for part in put}, None)


def deletion(root: StoredRoot) -> Change:
    """The change that leaves a tombstone."""
    after = replace(root, version=root.version + 1, generation="", digest=0, services=0, size=0, deleted=True)
    return Change("deleted", root, after, (), {}, ())


def _checked(size: int) -> int:
    if size > MAX_ANSWER_BYTES:
        raise BodyTooLarge("The plan would be too large to be read: an answer has 6 MB. Split it into several plans.")
    return size


def _placed(plan: Mapping[str, Json], held: Mapping[str, int]) -> tuple[ServicePart, ...]:
    ids = [service["objectId"] for service in plan[SERVICES]]
    texts = [json_text.write(service) for service in plan[SERVICES]]
    return tuple(map(ServicePart, ids, assign_ranks(held, ids), texts))


def assign_ranks(held: Mapping[str, int], order: Sequence[str]) -> list[int]:
    """A rank for each name of `order`, rising; as many as can be keep the rank that they hold.

    `held` gives the ranks before. Where a gap is too small for what goes into it, all get new ranks.
    """
    kept = _longest_rising([(place, held[name]) for place, name in enumerate(order) if name in held])
    ranks = [0] * len(order)
    bounds = [(-1, 0), *kept, (len(order), (kept[-1][1] if kept else 0) + GAP * (len(order) + 1))]
    for (left, low), (right, high) in itertools.pairwise(bounds):
        count = right - left - 1
        # After the last kept one there is room without end: keep the usual gap there.
        step = GAP if right == len(order) else (high - low) // (count + 1)
        if count and step == 0:
            return [GAP * (place + 1) for place in range(len(order))]
        for offset in range(count):
            ranks[left + 1 + offset] = low + step * (offset + 1)
        if right < len(order):
            ranks[right] = high
    return ranks


def _longest_rising(pairs: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The longest subsequence of (place, rank) whose ranks rise (patience sorting)."""
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
    found = []
    number = last[-1] if last else -1
    while number >= 0:
        found.append(pairs[number])
        number = previous[number]
    return found[::-1]


def _change(
    operation: Operation,
    root: StoredRoot,
    text: RootText,
    put: Sequence[ServicePart],
    replaced: Mapping[str, ServicePart | None],
    services: tuple[ServicePart, ...] | None,
) -> Change | None:
    if not replaced and text == root.text:
        return None
    gone = [part for part in replaced.values() if part is not None]
    after = replace(
        root,
        version=root.version + 1,
        digest=adjusted(root.digest, gone=[root.text, *gone], new=[text, *put]),
        services=root.services + len(put) - len(gone),
        size=_checked(root.size + answer_bytes(text, *put) - answer_bytes(root.text, *gone)),
        text=text,
    )
    return Change(operation, root, after, put, replaced, services)
