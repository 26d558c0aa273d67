"""The versions of a plan, and the plan as it was.

The items of a generation hold the plan as it stood in the last version of that generation: the live one, or the one
before the root was switched to another. From there the images that the versions since left lead back.
"""

import bisect
import itertools
from collections.abc import Iterator
from dataclasses import replace

from payerworks.errors import NotFound
from plans.plan.before_images import Images, undone
from plans.plan.document import answer_bytes, digest
from plans.plan.stored_plan import StoredPlan, StoredRoot
from plans.storage.items import TABLE, Version, images_from, key, partition, version_from, version_sk
from plans.storage.repository import plan_of, read_generation, read_root, reread

_NAMES = {f"#{name}": name for name in Version.__dataclass_fields__ if name != "version"} | {"#sk": "sk"}
_MEMBERS = {"ProjectionExpression": ", ".join(_NAMES), "ExpressionAttributeNames": _NAMES}
"""What of a VERSION item is no image."""


class HistoryBroken(Exception):
    """A past version is missing, or does not match its digest when it is rebuilt."""


def list_versions(tenant: str, plan_id: str, before: int | None, count: int) -> list[Version]:
    """Up to `count` versions of a plan, newest first, below version `before`; also of a deleted plan.

    Raises NotFound where the plan never was.
    """
    last = version_sk(before - 1) if before is not None else "VERSION#~"
    values = {":pk": {"S": partition(tenant, plan_id)}, ":first": {"S": version_sk(1)}, ":last": {"S": last}}
    newest_first = {"ScanIndexForward": False, "Limit": count, "ConsistentRead": True}
    items = TABLE.query("pk = :pk AND sk BETWEEN :first AND :last", values, **newest_first, **_MEMBERS)
    versions = [version_from(item) for item in itertools.islice(items, count)]
    if not versions and before is None:
        raise NotFound("There never was a plan with this id.")
    return versions


def version_as_of(tenant: str, plan_id: str, moment: str) -> Version:
    """The version that stood at a moment, given as `StoredRoot.at` is. Raises NotFound where none did."""
    root = _known_root(tenant, plan_id)
    number = root.version
    if root.at > moment:
        # The versions count from 1 without a gap, and none is older than the one before it.
        number = bisect.bisect_right(range(1, root.version), moment, key=lambda each: _read_version(root, each).at)
    if number == 0:
        raise NotFound("There was no plan with this id then.")
    return _standing(_read_version(root, number))


def numbered_version(tenant: str, plan_id: str, number: int) -> Version:
    """The version with a number. Raises NotFound where there is none, or where it is the one that deleted the plan."""
    root = _known_root(tenant, plan_id)
    if not 1 <= number <= root.version:
        raise NotFound("The plan has no such version.")
    return _standing(_read_version(root, number))


def _known_root(tenant: str, plan_id: str) -> StoredRoot:
    root = read_root(tenant, plan_id)
    if root is None:
        raise NotFound("There never was a plan with this id.")
    return root


def _read_version(root: StoredRoot, number: int) -> Version:
    item = TABLE.get(key(root.tenant, root.plan_id, version_sk(number)), **_MEMBERS)
    if item is None:
        raise HistoryBroken
    return version_from(item)


def _standing(version: Version) -> Version:
    if version.operation == "deleted":
        raise NotFound("The plan was deleted then.")
    return version


def past_plan(tenant: str, plan_id: str, version: Version) -> StoredPlan:
    """The whole plan as it was in a version that was no tombstone.

    Raises Unavailable where the plan is being changed all the time, and HistoryBroken.
    """
    return reread(lambda: _rebuilt(tenant, plan_id, version))


def _rebuilt(tenant: str, plan_id: str, version: Version) -> StoredPlan:
    root = _known_root(tenant, plan_id)
    images = list(_images_since(root, version))
    past = replace(root, version=version.version, generation=version.generation, digest=version.digest, at=version.at)
    services = plan_of(root).services if root.generation == past.generation else read_generation(past)
    text, services = undone(root.text, services, images)
    if digest(text, services) != past.digest:
        raise HistoryBroken
    size = answer_bytes(text, *services)
    return StoredPlan(replace(past, services=len(services), size=size, text=text, deleted=False), services)


def _images_since(root: StoredRoot, version: Version) -> Iterator[Images]:
    """What the versions after one have replaced, up to the one that left its generation; that one replaced all."""
    values = {
        ":pk": {"S": partition(root.tenant, root.plan_id)},
        ":first": {"S": version_sk(version.version + 1)},
        ":last": {"S": version_sk(root.version)},
    }
    if version.version == root.version:
        return
    for item in TABLE.query("pk = :pk AND sk BETWEEN :first AND :last", values, ConsistentRead=True):
        yield images_from(item)
        if item["generation"]["S"] != version.generation:
            return
