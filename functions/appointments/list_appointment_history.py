"""GET /api/v1/appointments/{id}/history: the changes of an appointment, newest first."""

from appointments.access.visible import appointment_in_path
from appointments.storage import repository
from payerworks import json_text
from payerworks.dynamodb import Item
from payerworks.http import Answer, Request, http_operation
from payerworks.paging import PageQuery, page_answer, position
from payerworks.validation import query


@http_operation(
    query="payerworks.paging.PageQuery",
    answers={200: "appointments.appointment.models.AppointmentHistory"},
    errors=(404,),
)
def handler(request: Request) -> Answer:
    params = query(PageQuery, request)
    before = position(request, params.cursor)
    appointment, _ = appointment_in_path(request)
    revisions = repository.list_revisions(request.tenant, appointment.appointment_id, before, params.limit + 1)
    return page_answer(request, revisions, params.limit, _text, _number)


def _number(item: Item) -> int:
    return int(item["sk"]["S"].partition("#")[2])


def _text(item: Item) -> str:
    made = {name: item[name]["S"] for name in ("operation", "at", "by")}
    changed = [name["S"] for name in item["changed"]["L"]]
    tail = {
        "requestId": item["request_id"]["S"],
        "changed": changed,
        "appointment": json_text.read(item["members"]["S"]),
    }
    return json_text.write({"version": _number(item), **made, **tail})
