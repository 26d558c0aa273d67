"""GET /patients/{id}: one patient of the registry."""

from intake.registry import repository
from intake.registry.patient_answer import patient_answer
from payerworks import json_text
from payerworks.errors import NotFound
from payerworks.http import Answer, Request, http_operation


@http_operation(answers={200: "intake.registry.patient_models.Patient"}, errors=(404,), audit="registry-patient")
def handler(request: Request) -> Answer:
    patient = repository.find_patient(request.tenant, request.path("id"))
    if patient is None:
        raise NotFound("There is no patient with this id.")
    return Answer(200, json_text.write(patient_answer(request.tenant, patient)))
