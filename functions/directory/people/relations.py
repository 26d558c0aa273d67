"""Who sees whom. Everyone else is answered as if the person did not exist, and no sooner or later.

    administrators, staff and machines   everyone of their tenant, if they have the right to the route
    a patient                            itself
    a doctor                             itself, its own patients, and the patients of its institution
    an institution                       itself, its doctors, its patients, and those patients of its doctors who have
                                         no institution of their own

The relation is that of this moment: a patient who gets another doctor is gone from the former doctor's sight at once.
"""

from collections.abc import Sequence
from typing import NamedTuple, get_args

from directory.people import repository
from directory.people.person import Person, PersonKind
from payerworks.errors import NotFound
from payerworks.http import Request

_KINDS: tuple[PersonKind, ...] = get_args(PersonKind)
_NOBODY = "-"


def person_in_path(request: Request, kind: PersonKind) -> Person:
    """The person whose id is in the path. Raises NotFound if there is none that the caller sees."""
    return seen_person(request, kind, request.path("id"))


def own_person(request: Request, kind: PersonKind) -> Person:
    """The person that the caller is. Raises NotFound if the account has none."""
    person = repository.get_person(request.tenant, kind, request.reference_id or _NOBODY)
    if person is None or person.deleted_at or request.user_type != kind:
        raise NotFound(f"This account belongs to no {kind}.")
    return person


class Sight(NamedTuple):
    """A person whom the caller sees, and the others on whom that rests: as long as they are the same, it holds."""

    person: Person
    rests_on: Sequence[Person]


def seen_person(request: Request, kind: PersonKind, person_id: str) -> Person:
    """A person by id. Raises NotFound if there is none that the caller sees."""
    return sight(request, kind, person_id).person


def sight(request: Request, kind: PersonKind, person_id: str) -> Sight:
    """A person by id, for a write that takes place only if the caller still sees the person. Raises NotFound."""
    names: list[tuple[PersonKind, str]] = [(kind, person_id or _NOBODY)]
    viewer_kind = next((each for each in _KINDS if each == request.user_type), None)
    if viewer_kind:
        names.append((viewer_kind, request.reference_id or _NOBODY))
    people = repository.read_people(request.tenant, names)
    person, viewer = people.get(names[0]), people.get(names[-1])
    doctor = _doctor_of(person, viewer) if viewer_kind == "institution" and viewer else None
    if viewer_kind and not _is_seen(person, viewer, doctor):
        person = None
    if person is None or person.deleted_at:
        raise NotFound(f"No {kind} has this id.")
    others = (each for each in (viewer, doctor) if viewer_kind and each is not None)
    return Sight(person, [each for each in others if (each.kind, each.person_id) != (kind, person.person_id)])


def _doctor_of(person: Person | None, viewer: Person) -> Person | None:
    # Read for everyone, so that the time of an answer does not tell who exists.
    doctor_id = str(person.profile.get("doctor_id", _NOBODY)) if person else _NOBODY
    return repository.get_person(viewer.tenant, "doctor", doctor_id)


def _is_seen(person: Person | None, viewer: Person | None, doctor: Person | None) -> bool:
    if person is None or viewer is None or viewer.deleted_at:
        return False
    if (person.kind, person.person_id) == (viewer.kind, viewer.person_id):
        return True
    if viewer.kind == "institution":
        return (person.profile.get("institution_id") or institution_of(doctor)) == viewer.person_id
    return viewer.kind == "doctor" and person.kind == "patient" and treats(viewer, person)


def institution_of(doctor: Person | None) -> str | None:
    """The id of a doctor's institution; None without one, and of a doctor who is deleted."""
    return doctor.profile.get("institution_id") if doctor and not doctor.deleted_at else None


def treats(doctor: Person, patient: Person) -> bool:
    """Whether a patient is one of a doctor's own, or of its institution."""
    institution_id = patient.profile.get("institution_id")
    is_own = patient.profile.get("doctor_id") == doctor.person_id
    return is_own or (institution_id is not None and institution_id == doctor.profile.get("institution_id"))
