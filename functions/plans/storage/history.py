"""The versions of a plan, and the whole plan as of a past version.

The items of a generation hold the services as of the last version of that generation: the current version, or the one
before the root switched to the next generation. The before-images of the later versions lead back from there.
"""

import bisect
import itertools
from collections.abc import Iterator
from dataclasses import replace

from payerworks.errors import NotFound
from plans.plan.document import BeforeImages, absent, answer_bytes, digest, undo
from plans.plan.stored_plan import StoredPlan, StoredRoot
from plans.storage.items import TABLE, Version, before_images_from, key, partition, version_from, version_sk
from plans.storage.repository import plan_of, read_generation, read_root, read_versions, reread

_NAMES = {f"#{name}": name for name in Version.__dataclass_fields__ if name != "version"} | {"#sk": "sk"}
_MEMBERS = {"ProjectionExpression": ", ".join(_NAMES), "ExpressionAttributeNames": _NAMES}
"""Reads the attributes of a VERSION item without its before-images."""


class HistoryBroken(Exception):
    """A past version is missing, or does not match its digest after it is rebuilt."""


def list_versions(tenant: str, plan_id: str, before: int | None, count: int) -> list[Version]:
    """Up to `count` versions of a plan, also of a deleted one, newest first, all lower than version `before`.

    Raises NotFound or BadInput if the plan never existed.
    """
    last = version_sk(before - 1) if before is not None else "VERSION#~"
    values = {":pk": {"S": partition(tenant, plan_id)}, ":first": {"S": version_sk(1)}, ":last": {"S": last}}
    newest_first = {"ScanIndexForward": False, "Limit": count, "ConsistentRead": True}
    items = TABLE.query("pk = :pk AND sk BETWEEN :first AND :last", values, **newest_first, **_MEMBERS)
    versions = [version_from(item) for item in itertools.islice(items, count)]
    if not versions and before is None:
        raise absent(plan_id, "A plan with this id never existed.")
    return versions


def version_as_of(tenant: str, plan_id: str, moment: str) -> Version:
    """The version current at a moment, in the format of `StoredRoot.at`. Raises NotFound if there was none."""
    root = _latest_root(tenant, plan_id)
    number = root.version
    if root.at > moment:
        # Versions count from 1 without gaps, and none has an earlier time than the one before it.
        number = bisect.bisect_right(range(1, root.version), moment, key=lambda each: _read_version(root, each).at)
    if number == 0:
        raise NotFound("The plan did not exist at that time.")
    return _undeleted(_read_version(root, number))


def numbered_version(tenant: str, plan_id: str, number: int) -> Version:
    """The version with a number. Raises NotFound if there is none or if that version deleted the plan."""
    root = _latest_root(tenant, plan_id)
    if not 1 <= number <= root.version:
        raise NotFound("The plan has no such version.")
    return _undeleted(_read_version(root, number))


def _latest_root(tenant: str, plan_id: str) -> StoredRoot:
    root = read_root(tenant, plan_id)
    if root is None:
        raise absent(plan_id, "A plan with this id never existed.")
    return root


def _read_version(root: StoredRoot, number: int) -> Version:
    item = TABLE.get(key(root.tenant, root.plan_id, version_sk(number)), **_MEMBERS)
    if item is None:
        raise HistoryBroken
    return version_from(item)


def _undeleted(version: Version) -> Version:
    if version.operation == "deleted":
        raise NotFound("The plan was deleted at that time.")
    return version


def past_plan(tenant: str, plan_id: str, version: Version) -> StoredPlan:
    """The whole plan as of a version, which must not be a tombstone.

    Raises Unavailable if the plan changed during every read, and HistoryBroken.
    """
    return reread(lambda: _rebuilt(tenant, plan_id, version))


def _rebuilt(tenant: str, plan_id: str, version: Version) -> StoredPlan:
    root = _latest_root(tenant, plan_id)
    before_images = list(_before_images_since(root, version))
    past = replace(root, version=version.version, generation=version.generation, digest=version.digest, at=version.at)
    services = plan_of(root).services if root.generation == past.generation else read_generation(past)
    text, services = undo(root.text, services, before_images)
    if digest(text, services) != past.digest:
        raise HistoryBroken
    size = answer_bytes(text, *services)
    return StoredPlan(replace(past, services=len(services), size=size, text=text, deleted=False), services)


def _before_images_since(root: StoredRoot, version: Version) -> Iterator[BeforeImages]:
    """The before-images of later versions, up to and including the first that switched to another generation."""
    if version.version == root.version:
        return
    for item in read_versions(root, since=version.version):
        yield before_images_from(item)
        if item["generation"]["S"] != version.generation:
            return
