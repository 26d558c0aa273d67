"""The items of table `plans` and their conversion to and from types (keys and attributes: repository.py)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from payerworks.dynamodb import Item, Table
from payerworks.http import Request
from plans.plan.document import BeforeImages, RootText, ServicePart
from plans.plan.stored_plan import Change, StoredRoot, etag

MAX_CHANGED = 100
"""Object ids listed for one change in the history; the rest are only counted."""

TABLE = Table("plans")


@dataclass(frozen=True, slots=True)
class Author:
    """The user and the request that make a change."""

    user_id: str
    request_id: str

    @classmethod
    def of(cls, request: Request) -> "Author":
        return cls(request.user_id, request.id)


def partition(tenant: str, plan_id: str) -> str:
    """The partition key of a plan; the first `#` ends the tenant, whose name contains none."""
    return f"{tenant}#{plan_id}"


def key(tenant: str, plan_id: str, sk: str) -> Item:
    return {"pk": {"S": partition(tenant, plan_id)}, "sk": {"S": sk}}


def root_from(tenant: str, plan_id: str, item: Mapping[str, Any]) -> StoredRoot:
    return StoredRoot(
        tenant=tenant,
        plan_id=plan_id,
        version=int(item["version"]["N"]),
        generation=item["generation"]["S"],
        digest=int(item["digest"]["S"], 16),
        services=int(item["services"]["N"]),
        size=int(item["size"]["N"]),
        text=RootText(item["before"]["S"], item["after"]["S"]),
        seed=item["seed"]["S"],
        deleted="deleted" in item,
        at=item["at"]["S"],
    )


def root_item(root: StoredRoot) -> Item:
    """The item of a root. A tombstone lacks the attributes that indexes are keyed by, so no list contains it."""
    item = key(root.tenant, root.plan_id, "ROOT") | {
        "version": {"N": str(root.version)},
        "generation": {"S": root.generation},
        "digest": {"S": f"{root.digest:x}"},
        "services": {"N": str(root.services)},
        "size": {"N": str(root.size)},
        "before": {"S": root.text.before},
        "after": {"S": root.text.after},
        "seed": {"S": root.seed},
        "at": {"S": root.at},
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
    return service_key(root, part.object_id) | {"rank": {"N": str(part.rank)}, "document": {"S": part.text}}


def service_key(root: StoredRoot, object_id: str) -> Item:
    return key(root.tenant, root.plan_id, f"SERVICE#{root.generation}#{object_id}")


@dataclass(frozen=True, slots=True)
class Version:
    """One change of a plan and the version it made; `generation` is empty for a deletion."""

    version: int
    operation: str
    at: str
    by: str
    request_id: str
    changed: tuple[str, ...]
    changed_count: int
    digest: int
    generation: str

    @property
    def etag(self) -> str:
        return etag(self.version, self.digest)


def version_item(change: Change, author: Author) -> Item:
    root, changed, images = change.after, change.changed, change.before_images
    item = key(root.tenant, root.plan_id, version_sk(root.version)) | {
        "operation": {"S": change.operation},
        "at": {"S": root.at},
        "by": {"S": author.user_id},
        "request_id": {"S": author.request_id},
        "changed": {"L": [{"S": object_id} for object_id in changed[:MAX_CHANGED]]},
        "changed_count": {"N": str(len(changed))},
        "digest": {"S": f"{root.digest:x}"},
        "generation": {"S": root.generation},
        "replaced": {"M": {object_id: _image(part) for object_id, part in images.services.items()}},
    }
    if change.operation == "created":
        item["seed"] = {"S": root.seed}
    if images.text is not None:
        item |= {"before": {"S": images.text.before}, "after": {"S": images.text.after}}
    return item


def version_from(item: Mapping[str, Any]) -> Version:
    return Version(
        version=int(item["sk"]["S"].removeprefix("VERSION#")),
        operation=item["operation"]["S"],
        at=item["at"]["S"],
        by=item["by"]["S"],
        request_id=item["request_id"]["S"],
        changed=tuple(entry["S"] for entry in item["changed"]["L"]),
        changed_count=int(item["changed_count"]["N"]),
        digest=int(item["digest"]["S"], 16),
        generation=item["generation"]["S"],
    )


LAST_VERSION_SK = "VERSION#~"
"""A sort key after that of every version."""


def version_sk(version: int) -> str:
    """The sort key of a version's item, in the order of versions."""
    return f"VERSION#{version:010d}"


def before_images_from(item: Mapping[str, Any]) -> BeforeImages:
    """The before-images that a VERSION item holds."""
    text = RootText(item["before"]["S"], item["after"]["S"]) if "before" in item else None
    return BeforeImages(text, {name: _part(name, image) for name, image in item["replaced"]["M"].items()})


def _image(part: ServicePart | None) -> dict[str, Any]:
    return {"NULL": True} if part is None else {"L": [{"N": str(part.rank)}, {"S": part.text}]}


def _part(object_id: str, image: Mapping[str, Any]) -> ServicePart | None:
    if "NULL" in image:
        return None
    rank, text = image["L"]
    return ServicePart(object_id, int(rank["N"]), text["S"])


@dataclass(frozen=True, slots=True)
class Summary:
    """A plan in a list: its own text and the number of its services."""

    plan_id: str
    text: RootText
    services: int


def summary_from(item: Mapping[str, Any]) -> Summary:
    text = RootText(item["before"]["S"], item["after"]["S"])
    return Summary(item["plan_id"]["S"], text, int(item["services"]["N"]))
