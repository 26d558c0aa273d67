"""GET /api/v1/doctors/me/dashboard: counts for the doctor that the caller is.

Today is the day in the doctor's `time_zone`, in UTC if the profile has none.
"""

import datetime
import zoneinfo

from appointments.access.visible import seen_by
from appointments.storage.repository import AppointmentFilter, list_appointments
from directory.people.people_list import PersonFilter, count_people
from directory.people.person import Person
from directory.people.relations import own_person
from payerworks import json_text
from payerworks.http import Answer, Request, http_operation


@http_operation(answers={200: "doctors.doctor.models.DoctorDashboard"}, errors=(404,))
def handler(request: Request) -> Answer:
    doctor = own_person(request, "doctor")
    own = {"doctor_id": doctor.person_id}
    pending = PersonFilter({**own, "validation_status": "pending"})
    counts = {
        "total_patients": count_people(request.tenant, "patient", PersonFilter(own)),
        "today_appointments": _today(doctor),
        "pending_reviews": count_people(request.tenant, "patient", pending),
    }
    return Answer(200, json_text.write(counts))


def _today(doctor: Person) -> int:
    """How many of the appointments that the doctor sees begin today and were not cancelled."""
    name = doctor.profile.get("time_zone")
    zone = zoneinfo.ZoneInfo(name) if name else datetime.UTC
    midnight = datetime.datetime.now(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    wanted = AppointmentFilter({"doctor_id": doctor.person_id}, midnight, midnight + datetime.timedelta(days=1))
    count, after = 0, None
    while True:
        page = list_appointments(doctor.tenant, wanted, after, 100, seen_by(doctor))
        count += sum(appointment.status != "cancelled" for appointment in page.appointments)
        after = page.after
        if after is None:
            return count
