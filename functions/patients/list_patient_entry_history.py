"""GET /api/v1/patients/{id}/{kind}/{entry_id}/history: the versions of an entry, newest first.

Those of a deleted entry stay.
"""

from directory.people.relations import person_in_path
from patients.entries import repository
from patients.entries.entry import answered
from patients.entries.repository import Revision
from patients.entries.writing import NO_ENTRY, entry_id_in_path, kind_in_path
from payerworks import json_text
from payerworks.errors import NotFound
from payerworks.http import Answer, Request, http_operation
from payerworks.paging import PageQuery, page_answer, position
from payerworks.validation import query


@http_operation(
    query="payerworks.paging.PageQuery",
    answers={200: "patients.entries.models.EntryHistory"},
    errors=(404,),
    audit="patient",
)
def handler(request: Request) -> Answer:
    params = query(PageQuery, request)
    kind, entry_id = kind_in_path(request), entry_id_in_path(request)
    before = position(request, params.cursor)
    patient = person_in_path(request, "patient")
    revisions = repository.list_revisions(request.tenant, patient.person_id, kind, entry_id, before, params.limit + 1)
    if not revisions:
        raise NotFound(NO_ENTRY)
    return page_answer(request, revisions, params.limit, _text, lambda revision: revision.entry.version)


def _text(revision: Revision) -> str:
    members = {**answered(revision.entry), "operation": revision.operation, "requestId": revision.request_id}
    return json_text.write(members)
