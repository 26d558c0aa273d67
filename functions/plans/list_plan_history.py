"""GET /v1/plan/{id}/history: the changes of a plan, newest first, also of a deleted plan."""

from payerworks import json_text
from payerworks.http import Answer, Request, http_operation
from payerworks.paging import PageQuery, page_answer, position
from payerworks.validation import query
from plans.storage import history
from plans.storage.items import Version


@http_operation(query="payerworks.paging.PageQuery", answers={200: "plans.plan.answers.PlanHistory"}, errors=(404,))
def handler(request: Request) -> Answer:
    params = query(PageQuery, request)
    before = position(request, params.cursor)
    versions = history.list_versions(request.tenant, request.path("id"), before, params.limit + 1)
    return page_answer(request, versions, params.limit, _change, lambda version: version.version)


def _change(version: Version) -> str:
    return json_text.write(
        {
            "version": version.version,
            "operation": version.operation,
            "at": version.at,
            "by": version.by,
            "requestId": version.request_id,
            "changed": version.changed,
            "changedCount": version.changed_count,
        }
    )
