"""GET /api/v1/patients/{id}/history: the changes of a patient, newest first, also of a deleted one."""

from directory.people.lists import history_answer
from payerworks.http import Answer, Request, http_operation


@http_operation(
    query="payerworks.paging.PageQuery",
    answers={200: "directory.people.models.PersonHistory"},
    errors=(404,),
    audit="patient",
)
def handler(request: Request) -> Answer:
    return history_answer(request, "patient")
