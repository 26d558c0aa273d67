"""Appointments in the table `directory`.

pk                                     sk
{tenant}#APPOINTMENT#{id}              APPOINTMENT  doctor_id, patient_id, start (ISO 8601 with its offset), minutes,
                                                    appointment_status, version, created_at, updated_at, and the names
                                                    of the lists that it is in
{tenant}#APPOINTMENT#{id}              REVISION#{number}  the change that made this version: operation, at, by,
                                                    request_id, `changed` (names of members), and `members`,
                                                    the appointment as the answer shows it (JSON text)
{tenant}#APPOINTMENTS#{doctor_id}      DAY#{date}   the time of a doctor that is taken on a day in UTC: `taken`, a JSON
                                                    list of [first minute, minute after the last, id] in minutes since
                                                    1970, and version. An appointment over midnight is in two days

Indexes, keys only, sorted by `list_order`, `{start in UTC}#{id}`:
    by_kind     people_list   {tenant}#APPOINTMENT
    by_doctor   doctor_list   {tenant}#APPOINTMENT#{doctor_id}
    by_patient  patient_list  {tenant}#APPOINTMENT#{patient_id}

Access patterns
    one is made or moved  one transaction: APPOINTMENT on condition of its version, REVISION, each DAY that it takes or
                          frees on condition of the version in which its time was free, and those that make way
    the changes of one    Query REVISION#, newest first
    a list                Query of an index, then BatchGetItem of the appointments, as they are now
"""

import datetime
from collections.abc import Mapping
from typing import Any

from appointments.appointment.appointment import Appointment, appointment_members, appointment_text
from directory.people.repository import Change
from payerworks import json_text
from payerworks.dynamodb import Item, Table

TABLE = Table("directory")
INDEXES = {"patient_id": ("by_patient", "patient_list"), "doctor_id": ("by_doctor", "doctor_list")}
"""Members by which appointments are listed, shortest lists first; each with its index and the attribute of the list."""
_NO_CHANGES = {"id", "created_at", "updated_at"}
EVERYBODYS = ("by_kind", "people_list")


def appointment_key(tenant: str, appointment_id: str) -> Item:
    return {"pk": {"S": f"{tenant}#APPOINTMENT#{appointment_id}"}, "sk": {"S": "APPOINTMENT"}}


def list_name(tenant: str, of: str = "") -> str:
    """The name of a list: of all appointments, or of those of a doctor or a patient."""
    return f"{tenant}#APPOINTMENT" + (f"#{of}" if of else "")


def item_of(appointment: Appointment) -> Item:
    """The item of an appointment."""
    tenant = appointment.tenant
    return appointment_key(tenant, appointment.appointment_id) | {
        "doctor_id": {"S": appointment.doctor_id},
        "patient_id": {"S": appointment.patient_id},
        "start": {"S": appointment.start.isoformat()},
        "minutes": {"N": str(appointment.minutes)},
        "appointment_status": {"S": appointment.status},
        "version": {"N": str(appointment.version)},
        "created_at": {"S": appointment.created_at},
        "updated_at": {"S": appointment.updated_at},
        "people_list": {"S": list_name(tenant)},
        "doctor_list": {"S": list_name(tenant, appointment.doctor_id)},
        "patient_list": {"S": list_name(tenant, appointment.patient_id)},
        "list_order": {"S": appointment.list_order},
    }


def appointment_of(item: Item) -> Appointment:
    """The appointment of an item."""
    tenant, _, appointment_id = item["pk"]["S"].split("#", 2)
    status: Any = item["appointment_status"]["S"]
    return Appointment(
        tenant=tenant,
        appointment_id=appointment_id,
        doctor_id=item["doctor_id"]["S"],
        patient_id=item["patient_id"]["S"],
        start=datetime.datetime.fromisoformat(item["start"]["S"]),
        minutes=int(item["minutes"]["N"]),
        status=status,
        version=int(item["version"]["N"]),
        created_at=item["created_at"]["S"],
        updated_at=item["updated_at"]["S"],
    )


def revision_sk(number: int) -> str:
    return f"REVISION#{number:09}"


def revision_item(before: Appointment | None, after: Appointment, change: Change) -> Item:
    """The item of the change that led to an appointment as it is now."""
    old, new = (appointment_members(each) if each else {} for each in (before, after))
    changed = sorted(name for name in new if old.get(name) != new[name] and name not in _NO_CHANGES)
    return {
        "pk": appointment_key(after.tenant, after.appointment_id)["pk"],
        "sk": {"S": revision_sk(after.version)},
        "operation": {"S": change.operation},
        "at": {"S": after.updated_at},
        "by": {"S": change.by},
        "request_id": {"S": change.request_id},
        "changed": {"L": [{"S": name} for name in changed]},
        "members": {"S": appointment_text(after)},
    }


Day = dict[str, tuple[int, int]]
"""The time that is taken on a day: by the ids of appointments, their minutes since 1970 from the first to the end."""


def days_of(appointment: Appointment) -> list[Item]:
    """The keys of the days in UTC that an appointment touches: one or two."""
    last = appointment.end - datetime.timedelta(minutes=1)
    dates = {moment.astimezone(datetime.UTC).date().isoformat() for moment in (appointment.start, last)}
    pk = {"S": f"{appointment.tenant}#APPOINTMENTS#{appointment.doctor_id}"}
    return [{"pk": pk, "sk": {"S": f"DAY#{date}"}} for date in sorted(dates)]


def time_of(appointment: Appointment) -> tuple[int, int]:
    """The first minute of an appointment, and the minute after its last, since 1970."""
    first = int(appointment.start.timestamp()) // 60
    return first, first + appointment.minutes


def day_of(item: Mapping[str, Any] | None) -> Day:
    """The time that is taken by an item DAY; none if there is no item."""
    taken = json_text.read(item["taken"]["S"]) if item else []
    return {appointment_id: (first, end) for first, end, appointment_id in taken}


def day_item(key: Item, day: Day, version: int) -> Item:
    """The item DAY."""
    taken = sorted([first, end, appointment_id] for appointment_id, (first, end) in day.items())
    return key | {"taken": {"S": json_text.write(taken)}, "version": {"N": str(version)}}
