"""Read and write appointments; items.py has the keys."""

import datetime
import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from appointments.appointment.appointment import Appointment, list_time
from appointments.storage.items import (
    EVERYBODYS,
    INDEXES,
    TABLE,
    appointment_key,
    appointment_of,
    day_item,
    day_of,
    days_of,
    item_of,
    list_name,
    time_of,
)
from directory.people.items import profile_key
from directory.people.person import Person
from directory.people.repository import as_read_part
from payerworks.batches import read_all
from payerworks.dynamodb import ConditionFailed, Item, Part, transact

MOST_READ = 1000
"""Appointments that are read for one page of a list."""
_PAGE = 100
_AS_READ = "version = :version"


class Refused(Exception):
    """Nothing was written."""


class TimeTaken(Refused):
    """The doctor has another appointment at that time."""


class DoctorClosed(Refused):
    """The doctor takes no new appointments."""


class Raced(Refused):
    """Another write was faster: read again, and try again."""


def get_appointment(tenant: str, appointment_id: str) -> Appointment | None:
    """An appointment as it is now; None if there is none."""
    item = TABLE.get(appointment_key(tenant, appointment_id))
    return appointment_of(item) if item else None


def add_appointment(appointment: Appointment, doctor: Person, patient: Person) -> None:
    """Store a new appointment of a doctor and a patient as they were read. Raises TimeTaken, DoctorClosed and Raced."""
    key = profile_key(doctor.tenant, "doctor", doctor.person_id)
    values: Item = {":true": {"BOOL": True}} | _version(doctor.version)
    # Both as they were read, so that it still is the doctor's patient.
    is_open = TABLE.check_part(key, f"is_open = :true AND {_AS_READ}", values)
    is_new = TABLE.put_part(item_of(appointment), "attribute_not_exists(pk)")
    parts = [is_open, is_new, as_read_part(patient), *_day_parts(None, appointment)]
    try:
        transact(parts)
    except ConditionFailed as failed:
        is_closed = failed.reasons[0] == "ConditionalCheckFailed" and _is_as_read(key, doctor)
        raise (DoctorClosed if is_closed else Raced) from None


def _is_as_read(key: Item, person: Person) -> bool:
    item = TABLE.get(key)
    return item is not None and item["version"] == {"N": str(person.version)}


def change_appointment(before: Appointment, after: Appointment) -> None:
    """Replace an appointment by its next version. Raises TimeTaken and Raced."""
    is_as_read = TABLE.put_part(item_of(after), _AS_READ, _version(before.version))
    try:
        transact([is_as_read, *_day_parts(before, after)])
    except ConditionFailed:
        raise Raced from None


def _version(version: int) -> Item:
    return {":version": {"N": str(version)}}


def _day_parts(before: Appointment | None, after: Appointment) -> Iterator[Part]:
    """Take the time of an appointment in the days of its doctor, and free what it took before. Raises TimeTaken."""
    takes = days_of(after) if after.takes_time else []
    frees = days_of(before) if before is not None and before.takes_time else []
    if before is not None and (takes, time_of(after)) == (frees, time_of(before)):
        return
    for key in [*takes, *(key for key in frees if key not in takes)]:
        item = TABLE.get(key)
        day = day_of(item)
        day.pop(after.appointment_id, None)
        if key in takes:
            first, end = time_of(after)
            if any(first < other_end and other_first < end for other_first, other_end in day.values()):
                raise TimeTaken
            day[after.appointment_id] = first, end
        version = int(item["version"]["N"]) if item else 0
        condition, values = (_AS_READ, _version(version)) if item else ("attribute_not_exists(pk)", None)
        yield TABLE.put_part(day_item(key, day, version + 1), condition, values)


class AppointmentPage(NamedTuple):
    """Appointments, and the `list_order` after which the next page starts; None on the last page."""

    appointments: list[Appointment]
    after: str | None


@dataclass(frozen=True, slots=True)
class AppointmentFilter:
    """What all appointments of a list have in common.

    members  doctor_id, patient_id and status, as far as they are given
    first    the earliest start
    end      the time before which they start
    """

    members: Mapping[str, str]
    first: datetime.datetime | None = None
    end: datetime.datetime | None = None

    def matches(self, appointment: Appointment) -> bool:
        return all(getattr(appointment, member) == value for member, value in self.members.items())


def list_appointments(
    tenant: str,
    wanted: AppointmentFilter,
    after: str | None,
    limit: int,
    seen: Callable[[list[Appointment]], list[Appointment]] = list,
) -> AppointmentPage:
    """Up to `limit` appointments that match, by start and as they are now; `after` is the place before the first.

    `seen` keeps those that the caller sees. A page can be shorter and still have a next one, if MOST_READ were read
    and too few match.
    """
    orders = itertools.islice(_orders(tenant, wanted, after), MOST_READ)
    found: list[Appointment] = []
    number, last = 0, ""
    while chunk := list(itertools.islice(orders, _PAGE)):
        found += seen([each for each in _as_now(tenant, chunk) if wanted.matches(each)])
        if len(found) > limit:
            return AppointmentPage(found[:limit], found[limit - 1].list_order)
        number, last = number + len(chunk), chunk[-1]
    return AppointmentPage(found, last if number == MOST_READ else None)


def _orders(tenant: str, wanted: AppointmentFilter, after: str | None) -> Iterator[str]:
    """The places in the index, from the first on that the filter and `after` allow."""
    member = next((each for each in INDEXES if each in wanted.members), None)
    index, attribute = INDEXES[member] if member else EVERYBODYS
    # Ids are of one length, so nothing is between a place and the same with "!"; "~" is behind all places.
    first = f"{after}!" if after is not None else list_time(wanted.first) if wanted.first else " "
    end = list_time(wanted.end) if wanted.end else "~"
    if first > end:
        return
    values: Item = {
        ":list": {"S": list_name(tenant, wanted.members[member] if member else "")},
        ":first": {"S": first},
        ":end": {"S": end},
    }
    condition = f"{attribute} = :list AND list_order BETWEEN :first AND :end"
    for item in TABLE.query(condition, values, IndexName=index, Limit=_PAGE):
        yield item["list_order"]["S"]


def _as_now(tenant: str, orders: Sequence[str]) -> list[Appointment]:
    """The appointments at these places, by place; those that moved meanwhile are at another one."""
    # One that just moved can be at both places in the index.
    ids = dict.fromkeys(order.rpartition("#")[2] for order in orders)
    keys = [appointment_key(tenant, appointment_id) for appointment_id in ids]
    now = {each.list_order: each for each in map(appointment_of, read_all(TABLE, keys))}
    return [now[order] for order in orders if order in now]
