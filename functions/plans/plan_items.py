"""The items of table `plans`, to and from what the code knows (their keys and attributes: repository.py)."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from payerworks import json_text
from payerworks.json_text import Json
from payerworks.request import Request
from plans.document import RootText, ServicePart
from plans.stored_plan import Change, StoredRoot

MAX_CHANGED = 100
"""Object ids that a change's history lists at most; it counts the rest."""

Item = dict[str, dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Author:
    """Who makes a change, in which request."""

    user_id: str
    request_id: str

    @classmethod
    def of(cls, request: Request) -> "Author":
        return cls(request.user_id, request.id)


def partition(tenant: str, plan_id: str) -> str:
    """The partition key of a plan; a tenant's name has no `#`, so the first one ends it."""
    return f"{tenant}#{plan_id}"


def root_from(tenant: str, plan_id: str, item: Mapping[str, Any]) -> StoredRoot:
    return StoredRoot(
        tenant=tenant,
        plan_id=plan_id,
        version=int(item["version"]["N"]),
        generation=item["generation"]["S"],
        digest=int(item["digest"]["S"], 16),
        services=int(item["services"]["N"]),
        text=RootText(item["before"]["S"], item["after"]["S"]),
        seed=item["seed"]["S"],
        deleted="deleted" in item,
    )


def root_item(root: StoredRoot) -> Item:
    """A tombstone has no attribute that an index is keyed by, so it leaves the lists."""
    item: Item = {
        "pk": {"S": partition(root.tenant, root.plan_id)},
        "sk": {"S": "ROOT"},
        "version": {"N": str(root.version)},
        "generation": {"S": root.generation},
        "digest": {"S": f"{root.digest:x}"},
        "services": {"N": str(root.services)},
        "before": {"S": root.text.before},
        "after": {"S": root.text.after},
        "seed": {"S": root.seed},
    }
    if root.deleted:
        return item | {"deleted": {"BOOL": True}}
    members = root.text.value
    return item | {
        "plan_id": {"S": root.plan_id},
        "tenant": {"S": root.tenant},
        "tenant_org": {"S": f"{root.tenant}#{members['_org']}"},
        "tenant_type": {"S": f"{root.tenant}#{members['planType']}"},
    }


def service_from(item: Mapping[str, Any]) -> ServicePart:
    object_id = item["sk"]["S"].split("#", 2)[2]
    return ServicePart(object_id, int(item["rank"]["N"]), item["document"]["S"])


def service_item(root: StoredRoot, part: ServicePart) -> Item:
    return {
        "pk": {"S": partition(root.tenant, root.plan_id)},
        "sk": {"S": f"SERVICE#{root.generation}#{part.object_id}"},
        "rank": {"N": str(part.rank)},
        "document": {"S": part.text},
    }


def history_item(change: Change, author: Author, *, whole: bool = False) -> Item:
    """The VERSION item of a change; with `whole`, the generation that it replaced stays and is the image of it."""
    root, changed = change.after, change.changed
    return {
        "pk": {"S": partition(root.tenant, root.plan_id)},
        "sk": {"S": f"VERSION#{root.version:010d}"},
        "operation": {"S": change.operation},
        "at": {"S": datetime.datetime.now(datetime.UTC).isoformat(timespec="milliseconds")},
        "by": {"S": author.user_id},
        "request_id": {"S": author.request_id},
        "changed": {"L": [{"S": object_id} for object_id in changed[:MAX_CHANGED]]},
        "changed_count": {"N": str(len(changed))},
        "replaced": {"S": json_text.write(_replaced(change, whole=whole or change.operation == "deleted"))},
    }


def _replaced(change: Change, *, whole: bool) -> Json:
    """What the change replaced: the root's text where it differs, services as [rank, text] (None: was not there)."""
    before = change.before
    images: dict[str, Json] = {}
    if before is None or before.deleted:
        return images
    if whole or before.text != change.after.text:
        images["root"] = [before.text.before, before.text.after]
    if whole:
        images["generation"] = before.generation
    else:
        parts = change.replaced.items()
        images["services"] = {name: part and [part.rank, part.text] for name, part in parts}
    return images


@dataclass(frozen=True, slots=True)
class Summary:
    """What a list shows of a plan: its own text and how many services it has."""

    plan_id: str
    text: RootText
    services: int


def summary_from(item: Mapping[str, Any]) -> Summary:
    text = RootText(item["before"]["S"], item["after"]["S"])
    return Summary(item["plan_id"]["S"], text, int(item["services"]["N"]))
