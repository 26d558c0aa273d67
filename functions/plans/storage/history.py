"""The versions of a plan, and the whole plan as of a past version.

The items of a generation hold the services as of the last version of that generation: the current version, or the one
before the root switched to the next generation. The before-images of the later versions lead back from there.
"""

import bisect
import itertools
from dataclasses import replace

from payerworks.errors import NotFound
from plans.plan.document import absent, answer_bytes
from plans.plan.stored_plan import StoredPlan, StoredRoot
from plans.storage.items import LAST_VERSION_SK, TABLE, Version, key, partition, version_from, version_sk
from plans.storage.repository import HistoryBroken, looks, plan_of, read_root

_NAMES = {f"#{name}": name for name in Version.__dataclass_fields__ if name != "version"} | {"#sk": "sk"}
_MEMBERS = {"ProjectionExpression": ", ".join(_NAMES), "ExpressionAttributeNames": _NAMES}
"""Reads the attributes of a VERSION item without its before-images."""


def list_versions(tenant: str, plan_id: str, before: int | None, count: int) -> list[Version]:
    """Up to `count` versions of a plan, also of a deleted one, newest first, all lower than version `before`.

    Raises NotFound or BadInput if the plan never existed.
    """
    last = version_sk(before - 1) if before is not None else LAST_VERSION_SK
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


def created_by(root: StoredRoot, seed: str) -> Version | None:
    """The version in which a request with this seed created the plan, whatever became of it; None if there is none.

    Reads the history from its end, so it is for the repeat of a request that may have done its work.
    """
    values = {":pk": {"S": partition(root.tenant, root.plan_id)}, ":versions": {"S": "VERSION#"}, ":seed": {"S": seed}}
    options = {"FilterExpression": "seed = :seed", "ScanIndexForward": False, "ConsistentRead": True}
    items = TABLE.query("pk = :pk AND begins_with(#sk, :versions)", values, **options, **_MEMBERS)
    return next(map(version_from, items), None)


def _read_version(root: StoredRoot, number: int) -> Version:
    # The root may be read a moment before the VERSION item of the same transaction can be.
    for _ in looks():
        item = TABLE.get(key(root.tenant, root.plan_id, version_sk(number)), **_MEMBERS)
        if item is not None:
            return version_from(item)
    raise HistoryBroken


def _undeleted(version: Version) -> Version:
    if version.operation == "deleted":
        raise NotFound("The plan was deleted at that time.")
    return version


def past_plan(tenant: str, plan_id: str, version: Version) -> StoredPlan:
    """The whole plan as of a version, which must not be a tombstone. Raises HistoryBroken."""
    root = _latest_root(tenant, plan_id)
    past = replace(
        root,
        version=version.version,
        generation=version.generation,
        digest=version.digest,
        at=version.at,
        deleted=False,
    )
    plan = plan_of(past)
    size = answer_bytes(plan.root.text, *plan.services)
    return replace(plan, root=replace(plan.root, services=len(plan.services), size=size))
