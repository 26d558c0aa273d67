"""GET /v1/plan: summaries of the tenant's plans, ordered by id."""

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
    params = query(PlanListQuery, request)
    after = position(request, params.cursor)
    summaries = repository.list_plans(request.tenant, params.org, params.plan_type, after, params.limit + 1)
    return page_answer(request, summaries, params.limit, _summary, lambda summary: summary.plan_id)


def _summary(summary: Summary) -> str:
    members = summary.text.value
    del members[SERVICES], members["planCostShares"]
    return json_text.write(members | {"serviceCount": summary.services})
