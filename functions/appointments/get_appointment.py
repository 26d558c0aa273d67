"""GET /api/v1/appointments/{id}: an appointment."""

from appointments.access.visible import appointment_in_path
from appointments.appointment.appointment import appointment_answer
from payerworks.conditional import not_modified
from payerworks.http import Answer, Request, http_operation


@http_operation(
    answers={200: "appointments.appointment.models.AppointmentAnswer", 304: None},
    errors=(404,),
    headers=("If-None-Match",),
    audit="appointment",
)
def handler(request: Request) -> Answer:
    appointment, _ = appointment_in_path(request)
    return not_modified(request, appointment.etag) or appointment_answer(appointment)
