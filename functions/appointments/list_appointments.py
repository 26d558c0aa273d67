"""GET /api/v1/appointments: the appointments that the caller sees, the earliest first.

Doctors and patients list their own; an institution those of one of its doctors; staff all.
"""

from appointments.access.visible import scope
from appointments.appointment.appointment import appointment_text
from appointments.appointment.models import AppointmentListQuery
from appointments.storage import repository
from appointments.storage.repository import AppointmentFilter
from payerworks.http import Answer, Request, http_operation
from payerworks.paging import list_answer, next_cursor, position
from payerworks.validation import query

_MEMBERS = {"doctor_id", "patient_id", "status"}


@http_operation(
    query="appointments.appointment.models.AppointmentListQuery",
    answers={200: "appointments.appointment.models.AppointmentList"},
    audit="appointment",
)
def handler(request: Request) -> Answer:
    params = query(AppointmentListQuery, request)
    after = position(request, params.cursor)
    seen = scope(request, params.model_dump(include=_MEMBERS, exclude_none=True))
    if seen is None:
        return list_answer(request, [], None)
    wanted = AppointmentFilter(seen.members, params.first, params.end)
    page = repository.list_appointments(request.tenant, wanted, after, params.limit, seen.seen)
    request.trail.concern("patient", *(each.patient_id for each in page.appointments))
    cursor = None if page.after is None else next_cursor(request, page.after)
    return list_answer(request, [appointment_text(each) for each in page.appointments], cursor)
