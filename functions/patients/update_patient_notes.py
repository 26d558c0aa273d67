"""PUT /api/v1/doctors/me/patients/{id}/medical-record: replace the notes in the record of a patient.

By the doctor who treats the patient; where the patient has none, by a doctor of the institution.
"""

from patients.entries import repository
from patients.entries.entry import NOTES, Entry
from patients.entries.models import Notes
from patients.entries.writing import retry_on_race, treated_patient
from patients.record.medical_record import notes_answer
from payerworks import json_text
from payerworks.conditional import check_preconditions
from payerworks.http import Answer, Request, http_operation
from payerworks.times import now
from payerworks.validation import checked


@http_operation(
    body="patients.entries.models.Notes",
    answers={200: "patients.entries.models.StoredNotes", 204: None},
    errors=(404, 412, 413, 415, 428),
    headers=("If-Match", "If-None-Match", "Prefer"),
    audit="patient",
)
def handler(request: Request) -> Answer:
    notes = checked(Notes, json_text.read(request.body()), "The notes are not valid.")
    after = retry_on_race(lambda: _write(request, notes))
    return request.preferred(Answer(200, json_text.write(notes_answer(after)), {"ETag": after.etag}))


def _write(request: Request, notes: Notes) -> Entry:
    treated = treated_patient(request)
    before = repository.get_entry(request.tenant, treated.person.person_id, NOTES, NOTES)
    check_preconditions(request, before.etag if before else None)
    members = notes.model_dump()
    if before and before.members == members:
        return before
    after = Entry(NOTES, NOTES, members, before.version + 1 if before else 1, request.user_id, now())
    repository.commit_entry(treated, after, "updated" if before else "created", request.id)
    return after
