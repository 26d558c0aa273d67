"""The changes of a plan as commands read them."""

from collections.abc import Iterator

from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel

from payerworks_cli.api import Api, parse
from payerworks_cli.plans.plan_path import plan_path

PAGE = 100


class PlanChange(BaseModel):
    """An entry of GET /v1/plan/{id}/history."""

    model_config = ConfigDict(alias_generator=to_camel, extra="allow")

    version: int
    operation: str
    at: str
    by: str
    request_id: str
    changed_count: int


def changes(api: Api, plan_id: str, limit: int = PAGE) -> Iterator[PlanChange]:
    """The changes of a plan, newest first, read in pages of up to `limit`."""
    path = f"{plan_path(plan_id)}/history"
    for item in api.items(path, params={"limit": min(limit, PAGE)}):
        yield parse(PlanChange, item, f"GET {path}")
