"""Who sees which appointments; all others are answered as if there were none.

administrators, staff and machines   all of their tenant, if they have the right to the route
a patient                            its own
a doctor                             its own with patients whom the doctor sees now (directory/people/relations.py)
an institution                       those of its doctors
"""

from collections.abc import Callable, Mapping
from typing import NamedTuple, get_args

from appointments.appointment.appointment import Appointment
from appointments.storage import repository
from directory.people.person import Person, PersonKind
from directory.people.relations import treats
from directory.people.repository import read_people
from payerworks.errors import BadInput, Fault, NotFound
from payerworks.http import Request

People = Mapping[tuple[PersonKind, str], Person]
Seen = Callable[[list[Appointment]], list[Appointment]]
_NOBODY = "-"


class Scope(NamedTuple):
    """What all appointments of a list have in common, and what keeps those that the caller sees."""

    members: Mapping[str, str]
    seen: Seen = list


def scope(request: Request, members: Mapping[str, str]) -> Scope | None:
    """The part that the caller sees of a list of appointments with these members; None if it sees none at all.

    Raises BadInput if an institution names no doctor: there is no list of the appointments of all its doctors.
    """
    if request.user_type not in get_args(PersonKind):
        return Scope(members)
    doctor_id, patient_id = members.get("doctor_id", _NOBODY), members.get("patient_id", _NOBODY)
    if request.user_type == "institution" and doctor_id == _NOBODY:
        fault = Fault("/doctor_id", "is missing: an institution lists the appointments of one doctor")
        raise BadInput("The query is not valid.", errors=[fault])
    people = open_people(request, doctor_id=doctor_id, patient_id=patient_id)
    caller = next(
        (each for each in people.values() if each.kind == request.user_type and _is_self(request, each)), None
    )
    if caller is None:
        return None
    if caller.kind == "institution":
        return Scope(members) if _is_of_institution(people.get(("doctor", doctor_id)), caller) else None
    own = f"{caller.kind}_id"
    if members.get(own, caller.person_id) != caller.person_id:
        return None
    mine = {**members, own: caller.person_id}
    if caller.kind == "patient":
        return Scope(mine)
    patient = people.get(("patient", patient_id))
    is_hidden = "patient_id" in members and (patient is None or not treats(caller, patient))
    return None if is_hidden else Scope(mine, seen_by(caller))


def _is_self(request: Request, person: Person) -> bool:
    return person.person_id == request.reference_id


def appointment_in_path(request: Request) -> tuple[Appointment, list[Person]]:
    """The appointment in the path, and its people. Raises NotFound if there is none that the caller sees."""
    appointment = repository.get_appointment(request.tenant, request.path("id"))
    # People are read in any case, so that the time of an answer does not tell what exists.
    ids = (appointment.doctor_id, appointment.patient_id) if appointment else (_NOBODY, _NOBODY)
    people = open_people(request, doctor_id=ids[0], patient_id=ids[1])
    if appointment is None or not _is_seen(request, appointment, people):
        raise NotFound("No appointment has this id.")
    request.trail.concern("patient", appointment.patient_id)
    return appointment, [each for each in people.values() if each.person_id in ids]


def open_people(request: Request, *, doctor_id: str, patient_id: str = _NOBODY) -> People:
    """A doctor, a patient and the caller, those that exist and are not deleted."""
    names: list[tuple[PersonKind, str]] = [("doctor", doctor_id), ("patient", patient_id)]
    names += [(kind, request.reference_id or _NOBODY) for kind in get_args(PersonKind) if kind == request.user_type]
    people = read_people(request.tenant, names)
    return {name: person for name, person in people.items() if not person.deleted_at}


def _is_seen(request: Request, appointment: Appointment, people: People) -> bool:
    if request.user_type not in get_args(PersonKind):
        return True
    doctor, patient = people.get(("doctor", appointment.doctor_id)), people.get(("patient", appointment.patient_id))
    if request.user_type == "institution":
        return _is_of_institution(doctor, people.get(("institution", request.reference_id)))
    if patient is None or request.user_type == "patient":
        return patient is not None and _is_self(request, patient)
    return doctor is not None and _is_self(request, doctor) and treats(doctor, patient)


def _is_of_institution(doctor: Person | None, institution: Person | None) -> bool:
    """Whether a doctor is one of an institution's."""
    if doctor is None or institution is None:
        return False
    return doctor.profile.get("institution_id") == institution.person_id


def seen_by(doctor: Person) -> Seen:
    """What keeps those of a doctor's appointments that the doctor sees."""

    def seen(appointments: list[Appointment]) -> list[Appointment]:
        people = read_people(doctor.tenant, [("patient", each.patient_id) for each in appointments])
        ids = {each.person_id for each in people.values() if not each.deleted_at and treats(doctor, each)}
        return [each for each in appointments if each.patient_id in ids]

    return seen
