"""An appointment as it is stored, and how it may change."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from appointments.appointment.models import AppointmentStatus
from payerworks import json_text
from payerworks.errors import Conflict
from payerworks.http import Answer
from payerworks.times import iso, now

_MOVES: Mapping[AppointmentStatus, frozenset[AppointmentStatus]] = {
    "scheduled": frozenset({"checked_in", "completed", "cancelled", "no_show"}),
    "checked_in": frozenset({"completed", "cancelled"}),
    "completed": frozenset(),
    "cancelled": frozenset(),
    "no_show": frozenset(),
}
"""What a status can become; the last three are final."""


@dataclass(frozen=True, slots=True)
class Appointment:
    """An appointment; `start` has the offset that it was given with, `version` rises by one with every change."""

    tenant: str
    appointment_id: str
    doctor_id: str
    patient_id: str
    start: datetime.datetime
    minutes: int
    status: AppointmentStatus = "scheduled"
    version: int = 1
    created_at: str = ""
    updated_at: str = ""

    @property
    def etag(self) -> str:
        return f'"{self.version}"'

    @property
    def end(self) -> datetime.datetime:
        return self.start + datetime.timedelta(minutes=self.minutes)

    @property
    def takes_time(self) -> bool:
        """Whether the doctor can have no other appointment then."""
        return self.status not in ("cancelled", "no_show")

    @property
    def list_order(self) -> str:
        return f"{list_time(self.start)}#{self.appointment_id}"


def list_time(moment: datetime.datetime) -> str:
    """A time as lists are sorted by it."""
    return iso(moment.astimezone(datetime.UTC))


def changed(before: Appointment, changes: Mapping[str, Any]) -> Appointment:
    """The next version with another status, start or number of minutes; the same one if nothing changes.

    Raises Conflict for a status that cannot follow, and for another time once it is not scheduled any more.
    """
    after = replace(before, **changes)
    # Equal times with different offsets are different texts.
    if after == before and after.start.isoformat() == before.start.isoformat():
        return before
    if after.status != before.status and after.status not in _MOVES[before.status]:
        raise Conflict(f"An appointment that is {before.status} cannot become {after.status}.")
    if before.status != "scheduled" and (after.start, after.minutes) != (before.start, before.minutes):
        raise Conflict(f"An appointment that is {before.status} cannot move to another time.")
    return replace(after, version=before.version + 1, updated_at=now())


def appointment_members(appointment: Appointment) -> dict[str, Any]:
    """The members of models.AppointmentAnswer."""
    return {
        "id": appointment.appointment_id,
        "doctor_id": appointment.doctor_id,
        "patient_id": appointment.patient_id,
        "start": appointment.start.isoformat(),
        "minutes": appointment.minutes,
        "status": appointment.status,
        "created_at": appointment.created_at,
        "updated_at": appointment.updated_at,
    }


def appointment_text(appointment: Appointment) -> str:
    """An appointment as JSON text."""
    return json_text.write(appointment_members(appointment))


def appointment_answer(appointment: Appointment, status: int = 200) -> Answer:
    """An appointment with its ETag."""
    return Answer(status, appointment_text(appointment), {"ETag": appointment.etag})
