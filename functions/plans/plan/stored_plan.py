"""The stored form of a plan, and the changes from one version to the next."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from payerworks import json_text
from payerworks.cache import Copy
from payerworks.errors import BodyTooLarge
from payerworks.json_text import Json
from payerworks.signed import write_signed
from plans.plan.document import (
    SERVICES,
    BeforeImages,
    RootText,
    ServicePart,
    adjusted_digest,
    answer_bytes,
    assign_ranks,
    digest,
    root_text,
    whole_text,
)

CHANGE_TOKEN = "change-token"
"""The purpose that a Change-Token is signed for."""
Operation = Literal["created", "replaced", "patched", "deleted"]

MAX_ANSWER_BYTES = 6_000_000
"""Bytes of a plan in an answer; AWS limits a function's whole answer to 6 MiB."""


@dataclass(frozen=True, slots=True)
class StoredRoot:
    """The root of a plan: it answers `If-None-Match`, and every change is conditioned on it.

    version     rises with each change and never restarts
    generation  names the items that hold the services
    digest      sum of the hashes of all parts
    services    number of linked services
    size        bytes of an answer that the plan takes up
    seed        of the request that created the plan (idempotency.py)
    deleted     whether the root is the tombstone of a deleted plan
    at          commit time of the version (ISO 8601, UTC, milliseconds), never before the previous version's;
                empty until then
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


def change_token(root: StoredRoot) -> str:
    """The token with which a search waits until it finds this version (index/read_your_writes.py)."""
    return write_signed([root.plan_id, root.version], CHANGE_TOKEN, root.tenant)


def etag(version: int, digest: int) -> str:
    """The ETag of a plan's version."""
    return f'"{version}-{digest:032x}"'


def version_of(etag: str) -> int:
    """The version whose ETag this is."""
    return int(etag.strip('"').partition("-")[0])


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
        """The plan as the cache keeps it."""
        return Copy(self.root.version, self.root.etag, self.text)

    @property
    def value(self) -> dict[str, Json]:
        """The plan as a new value, which the caller may modify."""
        return self.root.text.value | {SERVICES: [json_text.read(part.text) for part in self.services]}


@dataclass(frozen=True, slots=True)
class Change:
    """A change of one plan, ready to be committed.

    before    the root before the change; None if the plan never existed
    after     the root after the change
    put       services that are new or differ
    replaced  earlier state of the put and removed services, by object id; None for a new one
    services  all services after the change; None if only some were read
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
    def before_images(self) -> BeforeImages:
        """What the history keeps of the state before; no services if the change leaves their generation unmodified."""
        before, after = self.before, self.after
        if before is None or before.deleted:
            return BeforeImages(None, {})
        if before.generation != after.generation:
            return BeforeImages(before.text, {})
        return BeforeImages(before.text if before.text != after.text else None, self.replaced)

    @property
    def changed(self) -> list[str]:
        """Object ids of the changed parts: the plan's own for its members and cost shares, and those of services."""
        before, after = self.before, self.after
        same = before is not None and (before.deleted, before.text) == (after.deleted, after.text)
        return ([] if same else [after.plan_id]) + list(self.replaced)


def creation(tenant: str, plan: Mapping[str, Json], tombstone: StoredRoot | None, seed: str) -> Change:
    """The change that makes a new plan; its version continues from a deleted plan's tombstone. Raises BodyTooLarge."""
    services = _ranked_services(plan, {})
    text = root_text(plan)
    version = tombstone.version + 1 if tombstone else 1
    root = StoredRoot(
        tenant=tenant,
        plan_id=plan["objectId"],
        version=version,
        generation=f"{version}",
        digest=digest(text, services),
        services=len(services),
        size=_check_size(answer_bytes(text, *services)),
        text=text,
        seed=seed,
    )
    return Change("created", tombstone, root, services, {part.object_id: None for part in services}, services)


def replacement(operation: Operation, stored: StoredPlan, plan: Mapping[str, Json]) -> Change | None:
    """The change from a stored plan to a new whole one; None if they are equal. Raises BodyTooLarge."""
    old = {part.object_id: part for part in stored.services}
    services = _ranked_services(plan, {name: part.rank for name, part in old.items()})
    kept = {part.object_id for part in services}
    put = [part for part in services if old.get(part.object_id) != part]
    replaced = {part.object_id: old.get(part.object_id) for part in put}
    replaced |= {name: part for name, part in old.items() if name not in kept}
    return _change(operation, stored.root, root_text(plan), put, replaced, services)


def part_replacement(
    root: StoredRoot, text: RootText, parts: Sequence[ServicePart], old: Mapping[str, ServicePart]
) -> Change | None:
    """The change of a plan's own members and some of its services; None if nothing differs. Raises BodyTooLarge."""
    put = [part for part in parts if old[part.object_id] != part]
    return _change("patched", root, text, put, {part.object_id: old[part.object_id] for part in put}, None)


def deletion(root: StoredRoot) -> Change:
    """The change that leaves a tombstone."""
    after = replace(root, version=root.version + 1, generation="", digest=0, services=0, size=0, deleted=True)
    return Change("deleted", root, after, (), {}, ())


def _check_size(size: int) -> int:
    if size > MAX_ANSWER_BYTES:
        raise BodyTooLarge("The plan is too large: an answer can have 6 MB. Split it into several plans.")
    return size


def _ranked_services(plan: Mapping[str, Json], ranks: Mapping[str, int]) -> tuple[ServicePart, ...]:
    ids = [service["objectId"] for service in plan[SERVICES]]
    texts = [json_text.write(service) for service in plan[SERVICES]]
    return tuple(map(ServicePart, ids, assign_ranks(ranks, ids), texts))


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
        digest=adjusted_digest(root.digest, gone=[root.text, *gone], new=[text, *put]),
        services=root.services + len(put) - len(gone),
        size=_check_size(root.size + answer_bytes(text, *put) - answer_bytes(root.text, *gone)),
        text=text,
    )
    return Change(operation, root, after, put, replaced, services)
