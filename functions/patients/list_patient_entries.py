"""GET /api/v1/patients/{id}/{kind}: conditions, medications, allergies or family-history of a patient.

Those that began last come first.
"""

from directory.people.relations import person_in_path
from patients.entries import repository
from patients.entries.entry import Entry, entry_text, of_kind
from patients.entries.writing import kind_in_path
from payerworks.http import Answer, Request, http_operation
from payerworks.paging import PageQuery, page_answer, position
from payerworks.validation import query


@http_operation(
    query="payerworks.paging.PageQuery",
    answers={200: "patients.entries.models.EntryList"},
    errors=(404,),
    audit="patient",
)
def handler(request: Request) -> Answer:
    params = query(PageQuery, request)
    kind = kind_in_path(request)
    after = position(request, params.cursor)
    patient = person_in_path(request, "patient")
    # A patient has few entries of a kind, so one Query reads them all.
    entries = of_kind(repository.read_entries(request.tenant, patient.person_id, kind), kind)
    left = [entry for entry in entries if after is None or _is_behind(entry, after)]
    return page_answer(request, left, params.limit, entry_text, _place)


def _place(entry: Entry) -> list[str]:
    return [str(entry.members.get("since", "")), entry.entry_id]


def _is_behind(entry: Entry, after: list[str]) -> bool:
    since, entry_id = _place(entry)
    return since < after[0] or (since == after[0] and entry_id > after[1])
