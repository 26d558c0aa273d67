"""POST /api/v1/patients/{id}/validation: take the next step of a patient's validation.

The doctor validates first, then the institution, then the directory's staff gives full access. What the patient may
call follows at the next call.
"""

from dataclasses import replace

from auth.sessions.session_repository import change_parts
from directory.people import repository
from directory.people.changes import retried
from directory.people.person import Person, person_answer
from directory.people.relations import person_in_path, sight
from directory.people.repository import Change
from patients.patient.kind import PATIENT
from patients.validation.models import ValidationStep
from patients.validation.steps import check_step
from payerworks import json_text
from payerworks.conditional import check_preconditions
from payerworks.dynamodb import Item
from payerworks.http import Answer, Request, http_operation
from payerworks.idempotency import idempotent
from payerworks.times import now
from payerworks.validation import checked


@http_operation(
    body="patients.validation.models.ValidationStep",
    answers={200: "patients.patient.models.DirectoryPatient", 204: None},
    errors=(404, 409, 412, 413, 415, 422, 428),
    headers=("Idempotency-Key", "If-Match", "If-None-Match", "Prefer"),
    audit="patient",
    announces=True,
)
def handler(request: Request) -> Answer:
    value = json_text.read(request.body())
    step = checked(ValidationStep, value, "The step is not valid.")
    request.trail.give_reason(step.reason or "")

    def run(_: str) -> Answer:
        after = retried(PATIENT, lambda: _validated(request, step))
        return request.preferred(person_answer(after))

    def resume(seed: str) -> Answer:
        patient = person_in_path(request, "patient")
        if patient.profile["validation_status"] == step.status:
            return request.preferred(person_answer(patient))
        return run(seed)

    return idempotent(request, value, run, resume=resume)


def _validated(request: Request, step: ValidationStep) -> Person:
    before, rests_on = sight(request, "patient", request.path("id"))
    doctor = check_step(request, before, step.status)
    check_preconditions(request, before.etag)
    profile = {**before.profile, "validation_status": step.status}
    after = replace(before, profile=profile, version=before.version + 1, updated_at=now())
    request.trail.announce()
    change = Change("validated", request.user_id, request.id, step.reason or "")
    of_user: Item = {"validation_status": {"S": step.status}}
    repository.change_person(
        PATIENT,
        before,
        after,
        change,
        of_user=lambda user: change_parts(user, of_user),
        # So that whoever loses the patient meanwhile takes no step.
        further=repository.unchanged_parts([*rests_on, *([doctor] if doctor and doctor not in rests_on else ())]),
    )
    return after
