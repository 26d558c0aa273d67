"""Read and write appointments; items.py has the keys."""

import datetime
import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from appointments.appointment.appointment import Appointment, list_time
from appointments.storage.items import (
    EVERYBODYS,
    INDEXES,
    TABLE,
    Day,
    appointment_key,
    appointment_of,
    day_item,
    day_of,
    days_of,
    item_of,
    list_name,
    revision_item,
    revision_sk,
    time_of,
)
from directory.people.items import profile_key
from directory.people.person import Person
from directory.people.repository import Change, read_people, unchanged_parts
from payerworks.batches import read_all
from payerworks.dynamodb import ConditionFailed, Item, Part, transact
from payerworks.json_text import Json
from payerworks.times import now

MOST_READ = 1000
"""Appointments that are read for one page of a list."""
_PAGE = 100
_AS_READ = "version = :version"
_NEW = "attribute_not_exists(pk)"


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


def add_appointment(appointment: Appointment, doctor: Person, patient: Person, change: Change) -> None:
    """Store a new appointment of people as they were read. Raises TimeTaken, DoctorClosed and Raced."""
    key = profile_key(doctor.tenant, doctor.kind, doctor.person_id)
    is_open = TABLE.check_part(
        key, f"is_open = :true AND {_AS_READ}", {":true": {"BOOL": True}, **_version(doctor.version)}
    )
    is_new = TABLE.put_part(item_of(appointment), _NEW)
    # So that it still is the doctor's patient.
    parts = [is_open, is_new, *unchanged_parts([patient]), *_further_parts(None, appointment, change)]
    try:
        _commit(parts)
    except Raced:
        if not (TABLE.get(key) or {"is_open": {"BOOL": False}})["is_open"]["BOOL"]:
            raise DoctorClosed from None
        raise


def change_appointment(before: Appointment, after: Appointment, change: Change, people: Sequence[Person] = ()) -> None:
    """Replace an appointment by its next version while people are still as they were read.

    Raises TimeTaken and Raced.
    """
    is_as_read = TABLE.put_part(item_of(after), _AS_READ, _version(before.version))
    _commit([is_as_read, *unchanged_parts(people), *_further_parts(before, after, change)])


def _version(version: int) -> Item:
    return {":version": {"N": str(version)}}


def _commit(parts: Sequence[Part]) -> None:
    try:
        transact(parts)
    except ConditionFailed:
        raise Raced from None


def _further_parts(before: Appointment | None, after: Appointment, change: Change) -> Iterator[Part]:
    """What changes with an appointment: its history, the days of its doctor, and those that make way.

    Raises TimeTaken.
    """
    yield TABLE.put_part(revision_item(before, after, change), _NEW)
    takes = days_of(after) if after.takes_time else []
    frees = days_of(before) if before is not None and before.takes_time else []
    if before is not None and (takes, time_of(after)) == (frees, time_of(before)):
        return
    schedule = _Schedule()
    schedule.free(after.appointment_id, frees)
    for displaced in _displaced(after.tenant, schedule.overlapping(after, takes)):
        schedule.free(displaced.appointment_id, days_of(displaced))
        yield from _cancellation(displaced, change)
    schedule.take(after, takes)
    yield from schedule.parts()


def _displaced(tenant: str, ids: Sequence[str]) -> list[Appointment]:
    """The appointments that make way, because their patients are deleted. Raises TimeTaken if others do not."""
    items = read_all(TABLE, [appointment_key(tenant, appointment_id) for appointment_id in ids])
    appointments = [appointment_of(item) for item in items]
    people = read_people(tenant, [("patient", each.patient_id) for each in appointments])
    if not all(people[("patient", each.patient_id)].deleted_at for each in appointments):
        raise TimeTaken
    return appointments


def _cancellation(before: Appointment, change: Change) -> Iterator[Part]:
    """Cancel the appointment of a patient who is deleted, while it is as it was read and the patient still deleted."""
    after = replace(before, status="cancelled", version=before.version + 1, updated_at=now())
    yield TABLE.put_part(item_of(after), _AS_READ, _version(before.version))
    yield TABLE.put_part(revision_item(before, after, replace(change, operation="displaced")), _NEW)
    patient = profile_key(before.tenant, "patient", before.patient_id)
    yield TABLE.check_part(patient, "attribute_exists(deleted_at)")


class _Schedule:
    """Days of a doctor as they were read, and as they are to be."""

    def __init__(self) -> None:
        self._days: dict[str, tuple[Item, Item | None, Day]] = {}

    def _day(self, key: Item) -> Day:
        name = key["sk"]["S"]
        if name not in self._days:
            item = TABLE.get(key)
            self._days[name] = key, item, day_of(item)
        return self._days[name][2]

    def free(self, appointment_id: str, keys: Sequence[Item]) -> None:
        """Take an appointment out of days."""
        for key in keys:
            self._day(key).pop(appointment_id, None)

    def overlapping(self, appointment: Appointment, keys: Sequence[Item]) -> list[str]:
        """The ids of those that take the time of an appointment on days."""
        first, end = time_of(appointment)
        times = {each: time for key in keys for each, time in self._day(key).items()}
        times.pop(appointment.appointment_id, None)
        return [each for each, (other, other_end) in times.items() if first < other_end and other < end]

    def take(self, appointment: Appointment, keys: Sequence[Item]) -> None:
        """Put the time of an appointment into days."""
        for key in keys:
            self._day(key)[appointment.appointment_id] = time_of(appointment)

    def parts(self) -> Iterator[Part]:
        """The days as they are to be, each on condition that nobody else changed it."""
        for key, item, day in self._days.values():
            version = int(item["version"]["N"]) if item else 0
            condition, values = (_AS_READ, _version(version)) if item else (_NEW, None)
            yield TABLE.put_part(day_item(key, day, version + 1), condition, values)


def list_revisions(tenant: str, appointment_id: str, before: Json, count: int) -> list[Item]:
    """Up to `count` items REVISION of an appointment, the newest first, all lower than version `before`."""
    pk = appointment_key(tenant, appointment_id)["pk"]
    last = revision_sk(before - 1 if before is not None else 999_999_999)
    values: Item = {":pk": pk, ":first": {"S": revision_sk(1)}, ":last": {"S": last}}
    items = TABLE.query(
        "pk = :pk AND sk BETWEEN :first AND :last", values, ScanIndexForward=False, Limit=count, ConsistentRead=True
    )
    return list(itertools.islice(items, count))


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
