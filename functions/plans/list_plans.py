"""GET /v1/plan: summaries of the tenant's plans, in the order of their ids."""

from payerworks import json_text
from payerworks.http import Answer, Request, http_operation
from payerworks.paging import page_answer, position
from payerworks.validation import query
from plans.plan.answers import PlanListQuery
from plans.plan.document import SERVICES
from plans.storage import repository
from plans.storage.items import Summary


@http_operation(query="plans.plan.answers.PlanListQuery", answers={200: "plans.plan.answers.PlanList"})
def handler(request: Request) -> Answer:
    wanted = query(PlanListQuery, request)
    after = position(request, wanted.cursor)
    found = repository.list_plans(request.tenant, wanted.org, wanted.plan_type, after, wanted.limit + 1)
    return page_answer(request, found, wanted.limit, _summary, lambda summary: summary.plan_id)


def _summary(summary: Summary) -> str:
    members = summary.text.value
    shown = {name: member for name, member in members.items() if name not in (SERVICES, "planCostShares")}
    return json_text.write(shown | {"serviceCount": summary.services})
