"""The patients whom an institution sees: its own, then those of its doctors who have no institution of their own.

They are listed doctor by doctor, because a list of them all in one order would have to change with each doctor who
comes or leaves: a write for each of the doctor's patients.
"""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from directory.people.people_list import PersonFilter, each_person, list_people
from directory.people.person import Person
from payerworks.json_text import Json

MOST_LISTS = 50
"""Lists that are read for one page."""
Members = Mapping[str, Json]


class Place(NamedTuple):
    """Where a page ends: in the list of a doctor (the doctor's own place), or of the institution if that is empty."""

    doctor: str
    patient: str | None


class InstitutionPage(NamedTuple):
    """Patients, and the place after which the next page starts; None on the last page."""

    patients: list[Person]
    after: Place | None


def list_institution_patients(
    tenant: str, institution_id: str, status: Json, after: Place | None, limit: int
) -> InstitutionPage:
    """Up to `limit` patients whom an institution sees, with a validation status if one is given.

    A page can be shorter and still have a next one, if many doctors were asked and have too few such patients.
    """
    found: list[Person] = []
    lists = _lists(tenant, institution_id, after or Place("", None))
    for number, (place, members) in enumerate(lists):
        if number == MOST_LISTS or len(found) == limit:
            return InstitutionPage(found, place)
        wanted = members if status is None else {**members, "validation_status": status}
        page = list_people(tenant, "patient", PersonFilter(wanted), place.patient, limit - len(found))
        found += page.people
        if page.after is not None:
            return InstitutionPage(found, Place(place.doctor, page.after))
    return InstitutionPage(found, None)


def _lists(tenant: str, institution_id: str, after: Place) -> Iterator[tuple[Place, Members]]:
    """The lists from a place on: where each begins, and what its patients have in common."""
    own: Members = {"institution_id": institution_id}
    if not after.doctor:
        yield after, own
    for place, doctor in each_person(tenant, "doctor", PersonFilter(own), after.doctor or None):
        # Another doctor is first if that of the place has left or has another name now.
        first = after.patient if place == after.doctor else None
        yield Place(place, first), {"doctor_id": doctor.person_id, "institution_id": None}
