"""The history of a plan, asked and in rows; a part of `payerworks run` too."""

from collections.abc import Iterator, Sequence

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic.alias_generators import to_camel

from payerworks_cli.api import Api
from payerworks_cli.errors import UnexpectedAnswer
from payerworks_cli.plans.plan_path import plan_path

MOST = 100


class PlanChange(BaseModel):
    """An entry of GET /v1/plan/{id}/history."""

    model_config = ConfigDict(alias_generator=to_camel, extra="allow")

    version: int
    operation: str
    at: str
    by: str
    request_id: str
    changed_count: int


def changes(api: Api, plan_id: str, limit: int = MOST) -> Iterator[PlanChange]:
    """The changes of a plan, newest first, asked page by page of `limit`, at most 100."""
    path = f"{plan_path(plan_id)}/history"
    for item in api.items(path, params={"limit": min(limit, MOST)}):
        try:
            yield PlanChange.model_validate(item)
        except ValidationError:
            raise UnexpectedAnswer(f"GET {path} came with an entry that is no change of a plan.") from None


def rows(found: Sequence[PlanChange]) -> list[tuple[str, ...]]:
    """The changes as rows of a table: operation, version, at, by, request, how many objects."""
    return [
        (change.operation, f"{change.version}", change.at, change.by, change.request_id, f"{change.changed_count:,}")
        for change in found
    ]
