"""PUT /api/v1/patients/{id}/{kind}/{entry_id}: correct an entry by a new version of it; null takes a member away.

By the doctor who treats the patient; where the patient has none, by a doctor of the institution.
"""

from dataclasses import replace

from patients.entries.writing import change_entry, changed_members, entry_answer
from payerworks import json_text
from payerworks.http import Answer, Request, http_operation


@http_operation(
    body="patients.entries.models.EntryChanges",
    answers={200: "patients.entries.models.Entry", 204: None},
    errors=(404, 412, 413, 415, 428),
    headers=("If-Match", "If-None-Match", "Prefer"),
    audit="patient",
)
def handler(request: Request) -> Answer:
    value = json_text.read(request.body())
    after = change_entry(request, "updated", lambda entry: replace(entry, members=changed_members(entry, value)))
    return request.preferred(entry_answer(after))
