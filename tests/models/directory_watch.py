"""What is true of the directory at every commit, whoever calls: its world watches the tables for it."""

import itertools
import json
from collections import Counter
from collections.abc import Iterator
from typing import Any, NamedTuple

from appointments.appointment.appointment import Appointment
from appointments.storage.items import appointment_of, time_of
from directory.people.items import person_of, profile_key, unique_key
from directory.people.person import Person
from payerworks.dynamodb import Item
from tests.models.aws_model import Stack
from tests.models.dynamodb_model import Change, Key
from tests.models.scheduler import Broken

KINDS = ("institution", "doctor", "patient")
UNIQUE = {"institution": "license_number", "doctor": "medical_license", "patient": "mrn"}
RELATIONS = {"institution_id": "institution", "doctor_id": "doctor"}
STEPS = ("pending", "validated_by_doctor", "validated_by_institution", "full_access")


class Made(NamedTuple):
    """A version of a person or an entry that a call made."""

    name: str
    version: int
    operation: str


class DirectoryWatch:
    """The people, entries and appointments of a run. Raises Broken as soon as a commit breaks a promise.

    people        the versions of each person, by its kind and id
    made          what each call made, by its id
    appointments  the versions of each appointment, by its id
    """

    def __init__(self, stack: Stack) -> None:
        self.directory, self.auth = stack.dynamodb.tables["DirectoryTable"], stack.dynamodb.tables["AuthTable"]
        self.people: dict[tuple[str, str], list[Person]] = {}
        self.made: dict[str, list[Made]] = {}
        self.appointments: dict[str, list[Appointment]] = {}
        stack.dynamodb.watchers.append(self._note)

    def person(self, kind: str, person_id: str) -> Person | None:
        """A person as it is now."""
        versions = self.people.get((kind, person_id))
        return versions[-1] if versions else None

    def user_of(self, person: Person) -> Item:
        """The item of a person's user."""
        return self.auth.get((f"{person.tenant}#{person.user_id}", "USER")) or {}

    def sessions_of(self, pk: str) -> list[Item]:
        """The sessions of a user by the first part of its key."""
        return [item for sk, item in self.auth.items.get(pk, {}).items() if sk.startswith("SESSION#")]

    # ---- each commit

    def _note(self, changes: list[Change]) -> None:
        together = {key: after for _, key, _, after in changes}
        for table, key, before, after in changes:
            if table not in (self.directory, self.auth):
                continue
            sort = key[1].partition("#")[0]
            if after is None and sort in ("PROFILE", "VERSION", "REVISION", "APPOINTMENT", "DAY", "USER", "EMAIL"):
                raise Broken(f"{key} was deleted")
            if before is not None and sort in ("VERSION", "REVISION", "UNIQUE", "EMAIL") and after is not None:
                raise Broken(f"{key} was written again")
            check = getattr(self, f"_check_{sort.lower()}", None)
            if check and after is not None:
                check(key, before, after, together)
        if any(table is self.directory for table, *_ in changes):
            self._compare_counts()
            self._compare_unique()
            # After all changes: a booking cancels the appointment that makes way for it in the same commit.
            booked = [after for *_, key, _, after in changes if key[1] == "APPOINTMENT" and after is not None]
            for doctor_id in {appointment_of(item).doctor_id for item in booked}:
                self._check_times(doctor_id)
        for pk in {key[0] for table, key, *_ in changes if table is self.auth}:
            self._check_access(pk)

    def _check_profile(self, key: Key, before: Item | None, after: Item, together: dict[Key, Item | None]) -> None:
        person = person_of(after)
        versions = self.people.setdefault((person.kind, person.person_id), [])
        if person.version != len(versions) + 1:
            raise Broken(f"version {person.version} of {key[0]} follows version {len(versions)}")
        last = versions[-1] if versions else None
        version = together.get((key[0], f"VERSION#{person.version:09}"))
        if version is None:
            raise Broken(f"version {person.version} of {key[0]} has no item VERSION")
        if json.loads(version["before"]["S"]) != ([last.profile, last.contacts] if last else [{}, {}]):
            raise Broken(f"version {person.version} of {key[0]} does not say what was before")
        versions.append(person)
        self._enter(version, Made(key[0], person.version, version["operation"]["S"]))
        self._check_assigned(last, person)
        self._check_step(last, person, version)
        primary = [record["email_address"] for record in person.contacts["emails"] if record["is_primary"]]
        if primary != [person.profile["contact_email"]]:
            raise Broken(f"{key[0]} has the e-mail {person.profile['contact_email']}, and primary records {primary}")
        self._check_access(f"{person.tenant}#{person.user_id}")

    def _check_version(self, key: Key, before: Item | None, after: Item, together: dict[Key, Item | None]) -> None:
        if (key[0], "PROFILE") not in together:
            raise Broken(f"{key} was written without its person")

    def _enter(self, item: Item, made: Made) -> None:
        self.made.setdefault(item["request_id"]["S"], []).append(made)

    def _check_assigned(self, before: Person | None, after: Person) -> None:
        for member, kind in RELATIONS.items():
            named = after.profile.get(member)
            if named and named != (before.profile.get(member) if before else None):
                self._check_open(self.person(kind, named), f"{after.kind} {after.person_id} was assigned to")

    def _check_open(self, person: Person | None, words: str) -> None:
        if person is None or person.deleted_at or not _is_active(person):
            raise Broken(
                f"{words} {person.kind if person else 'nobody'} {person.person_id if person else ''}, is closed"
            )

    # ---- users

    def _check_access(self, pk: str) -> None:
        """The user of a person is there, and has sessions only while the person is."""
        user = self.auth.get((pk, "USER"))
        if user is None or user["user_type"]["S"] not in KINDS:
            return
        item = self.directory.get(_key(user["user_type"]["S"], user["reference_id"]["S"]))
        if item is None or f"acme#{item['user_id']['S']}" != pk:
            raise Broken(f"the user {pk} has no profile")
        person, sessions = person_of(item), self.sessions_of(pk)
        if person.deleted_at and (sessions or user["active"]["BOOL"]):
            raise Broken(f"{item['pk']['S']} is deleted, and its user is active or has {len(sessions)} sessions")
        if {entry["sk"]["S"].partition("#")[2] for entry in sessions} - user["sessions"]["M"].keys():
            raise Broken(f"the user {pk} has a session that it does not know")
        reached = person.profile.get("validation_status", "pending")
        for each in (user, *sessions):
            if (each.get("validation_status", {"S": ""})["S"] or "pending") != reached:
                raise Broken(f"{item['pk']['S']} is {reached}, and {each['sk']['S']} of its user is not")

    # ---- what people share

    def _compare_counts(self) -> None:
        now = [versions[-1] for (kind, _), versions in self.people.items() if kind == "institution"]
        wanted = Counter(
            json.dumps([each.profile["institution_type"], each.profile.get("region")])
            for each in now
            if not each.deleted_at
        )
        stored = self.directory.items.get("acme#COUNT#INSTITUTION", {})
        found = {json.dumps(json.loads(values)): int(item["people"]["N"]) for values, item in stored.items()}
        if {values: count for values, count in found.items() if count} != wanted:
            raise Broken(f"the counts are {found}, and there are {dict(wanted)}")

    def _compare_unique(self) -> None:
        """Each value belongs to the person who has it, deleted or not, and to nobody else."""
        wanted: dict[str, Any] = {}
        for versions in self.people.values():
            person = versions[-1]
            for name, value in _unique_values(person):
                pk = unique_key(person.tenant, name, value)["pk"]["S"]
                if pk in wanted:
                    raise Broken(f"{pk} belongs to {wanted[pk]} and {person.person_id}")
                wanted[pk] = person.person_id
        items = {pk: items["UNIQUE"] for pk, items in self.directory.items.items() if "UNIQUE" in items}
        found = {pk: item["person_id"]["S"] for pk, item in items.items()}
        if found != wanted:
            raise Broken(f"unique values are noted as {found}, and people have {wanted}")

    # ---- who treats a patient

    def _check_step(self, before: Person | None, after: Person, version: Item) -> None:
        """A step of a validation is the next one, and is taken by who may, at that moment."""
        old, new = ((each.profile.get("validation_status", "") if each else "") for each in (before, after))
        if old == new or before is None:
            return
        if STEPS.index(new) != STEPS.index(old) + 1 or after.deleted_at:
            raise Broken(f"{after.person_id} went from {old} to {new}")
        caller = self._caller(version)
        if new == "validated_by_doctor" and not self.treats(caller, after):
            raise Broken(f"{after.person_id} was validated by a doctor who does not treat them")
        if new == "validated_by_institution" and caller is not None and not self._is_of(after, caller):
            raise Broken(f"{after.person_id} was validated by an institution that is not theirs")

    def _caller(self, item: Item) -> Person | None:
        """The person who wrote an item; None for staff."""
        user = self.auth.get((f"acme#{item['by']['S']}", "USER"))
        return self.person(user["user_type"]["S"], user["reference_id"]["S"]) if user else None

    @staticmethod
    def treats(doctor: Person | None, patient: Person) -> bool:
        """Whether a doctor writes what a patient has."""
        if doctor is None or doctor.kind != "doctor" or doctor.deleted_at or patient.deleted_at:
            return False
        if "doctor_id" in patient.profile:
            return bool(patient.profile["doctor_id"] == doctor.person_id)
        return bool(patient.profile["institution_id"] == doctor.profile.get("institution_id"))

    def _is_of(self, patient: Person, institution: Person) -> bool:
        if institution.deleted_at:
            return False
        named = patient.profile.get("institution_id")
        if named is None:
            doctor = self.person("doctor", patient.profile["doctor_id"])
            named = doctor and doctor.profile.get("institution_id")
        return bool(named == institution.person_id)

    # ---- entries

    def _check_entry(self, key: Key, before: Item | None, after: Item, together: dict[Key, Item | None]) -> None:
        version = int(after["version"]["N"])
        if version != (int(before["version"]["N"]) if before else 0) + 1:
            raise Broken(f"version {version} of {key[1]} follows {before}")
        if together.get((key[0], f"REVISION#{key[1].partition('#')[2]}#{version:09}")) is None:
            raise Broken(f"version {version} of {key[1]} has no item REVISION")

    def _check_revision(self, key: Key, before: Item | None, after: Item, together: dict[Key, Item | None]) -> None:
        if key[0].startswith("acme#APPOINTMENT#"):
            if (key[0], "APPOINTMENT") not in together:
                raise Broken(f"{key} was written without its appointment")
            return
        entry, _, number = key[1].removeprefix("REVISION#").rpartition("#")
        if (key[0], f"ENTRY#{entry}") not in together:
            raise Broken(f"{key} was written without its entry")
        caller, patient = self._caller(after), self.person("patient", key[0].split("#")[2])
        if caller is not None and (patient is None or not self.treats(caller, patient)):
            raise Broken(f"{key} was written by {caller.kind} {caller.person_id}, who does not treat the patient")
        self._enter(after, Made(f"{key[0]} {entry}", int(number), after["operation"]["S"]))

    # ---- appointments

    def _check_appointment(self, key: Key, before: Item | None, after: Item, together: dict[Key, Item | None]) -> None:
        new = appointment_of(after)
        versions = self.appointments.setdefault(new.appointment_id, [])
        if new.version != len(versions) + 1:
            raise Broken(f"version {new.version} of {key[0]} follows version {len(versions)}")
        versions.append(new)
        doctor, patient = self.person("doctor", new.doctor_id), self.person("patient", new.patient_id)
        if new.version == 1:
            self._check_open(doctor, f"{key[0]} was made with")
            if patient is None or patient.deleted_at or not self.are_together(doctor, patient):
                raise Broken(f"{key[0]} was made with a patient who is not the doctor's: {new}")
        if (key[0], f"REVISION#{new.version:09}") not in together:
            raise Broken(f"version {new.version} of {key[0]} has no item REVISION")

    def _check_times(self, doctor_id: str) -> None:
        taken = sorted(time_of(each) for each in self._current(doctor_id) if each.takes_time)
        for (_, end), (begin, _) in itertools.pairwise(taken):
            if begin < end:
                raise Broken(f"doctor {doctor_id} has two appointments at once: {taken}")
        self._compare_days(doctor_id)

    @staticmethod
    def are_together(doctor: Person | None, patient: Person) -> bool:
        """Whether a doctor may have an appointment with a patient."""
        if doctor is None:
            return False
        shared = patient.profile.get("institution_id")
        is_shared = shared is not None and shared == doctor.profile.get("institution_id")
        return is_shared or bool(patient.profile.get("doctor_id") == doctor.person_id)

    def _current(self, doctor_id: str) -> list[Appointment]:
        return [each[-1] for each in self.appointments.values() if each[-1].doctor_id == doctor_id]

    def _compare_days(self, doctor_id: str) -> None:
        """The days of a doctor hold the time of its appointments."""
        days = self.directory.items.get(f"acme#APPOINTMENTS#{doctor_id}", {}).values()
        found = {tuple(taken) for item in days for taken in json.loads(item["taken"]["S"])}
        current = [each for each in self._current(doctor_id) if each.takes_time]
        wanted = {(*time_of(each), each.appointment_id) for each in current}
        if found != wanted:
            raise Broken(f"the days of doctor {doctor_id} hold {found}, and its appointments are {wanted}")


def _key(kind: Any, person_id: str) -> Key:
    key = profile_key("acme", kind, person_id)
    return key["pk"]["S"], key["sk"]["S"]


def _is_active(person: Person) -> bool:
    return bool(
        person.profile["professional_status"] == "active" if person.kind == "doctor" else person.profile["is_active"]
    )


def _unique_values(person: Person) -> Iterator[tuple[str, str]]:
    """The values of a person that nobody else of the tenant may have, with the names of their items."""
    member = UNIQUE[person.kind]
    if member in person.profile:
        yield f"{person.kind}.{member}", person.profile[member]
    yield "email", person.profile["contact_email"]
