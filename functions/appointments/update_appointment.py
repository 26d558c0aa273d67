"""PUT /api/v1/appointments/{id}: change the status of an appointment, or its time while it is scheduled.

A patient can cancel. What is cancelled, or was not attended (no_show), takes none of the doctor's time any more.
"""

from collections.abc import Mapping
from typing import Any

from appointments.access.visible import appointment_in_path
from appointments.appointment.appointment import Appointment, appointment_answer, changed
from appointments.appointment.models import AppointmentChanges
from appointments.changes.booking import booked
from appointments.storage import repository
from directory.people.repository import Change
from payerworks import json_text
from payerworks.conditional import check_preconditions
from payerworks.errors import BadInput, Fault, Forbidden
from payerworks.http import Answer, Request, http_operation
from payerworks.json_text import Json
from payerworks.validation import checked


@http_operation(
    body="appointments.appointment.models.AppointmentChanges",
    answers={200: "appointments.appointment.models.AppointmentAnswer", 204: None},
    errors=(404, 409, 412, 413, 415, 428),
    headers=("If-Match", "If-None-Match", "Prefer"),
    audit="appointment",
    announces=True,
)
def handler(request: Request) -> Answer:
    value = json_text.read(request.body())
    return request.preferred(appointment_answer(booked(lambda: _update(request, value))))


def _update(request: Request, value: Json) -> Appointment:
    before, people = appointment_in_path(request)
    changes = checked(AppointmentChanges, value, "The change is not valid.").model_dump(exclude_unset=True)
    if not changes:
        raise BadInput("The request changes nothing: give at least one member.")
    check_preconditions(request, before.etag)
    if request.user_type == "patient":
        _check_cancels(changes)
    after = changed(before, changes)
    if after is not before:
        change = Change("updated", request.user_id, request.id)
        request.trail.announce()
        # A doctor who loses the patient meanwhile changes nothing.
        repository.change_appointment(before, after, change, people if request.user_type == "doctor" else ())
    return after


def _check_cancels(changes: Mapping[str, Any]) -> None:
    """Raise Forbidden unless a change does nothing but cancel."""
    others = {name for name, value in changes.items() if (name, value) != ("status", "cancelled")}
    if others:
        faults = [Fault(f"/{name}", "a patient can only cancel") for name in sorted(others)]
        raise Forbidden("A patient can only cancel an appointment.", errors=faults)
