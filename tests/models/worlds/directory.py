"""The directory: people are made, changed, deleted and restored side by side, while doctors write and patients come.

Promises, beside those that hold at every commit (directory_watch.py):
    a write that is answered with success is there once, with the version that it was told; one that is refused is not
    all tries of a creation with an Idempotency-Key make one person or appointment, and a later one is told which
    in the end the lists have those who are there, and the numbers count them
"""

import functools
import json
from collections.abc import Callable, Sequence
from typing import Any

from auth.sessions import logins
from auth.users import passwords
from directory.people.person import Person
from directory.people.repository import read_counts
from payerworks.dynamodb import Item
from tests.models.aws_model import Answer, Stack
from tests.models.directory_watch import KINDS, UNIQUE, DirectoryWatch
from tests.models.process import Patches
from tests.models.scheduler import CALM, Broken, Scheduler
from tests.models.world import World as BaseWorld

_OF_PEOPLE = ("Create{}", "Update{}", "Update{}Contacts", "Delete{}", "Restore{}")
FUNCTIONS = (
    *(name.format(kind.title()) for kind in KINDS for name in _OF_PEOPLE),
    "ListInstitutions", "ListDoctors", "ListDirectoryPatients", "ValidatePatient", "CreatePatientEntry",
    "UpdatePatientEntry", "DeletePatientEntry", "UpdatePatientNotes", "CreateAppointment", "UpdateAppointment", "LogIn",
    "UpdateUser",
)  # fmt: skip
MODULES = (
    *(f"{kind}s.{name.format(kind)}".lower() for kind in KINDS for name in (
        "create_{}", "update_{}", "update_{}_contacts", "delete_{}", "restore_{}",
    )),
    "institutions.list_institutions", "doctors.list_doctors", "patients.list_directory_patients",
    "patients.validate_patient", "patients.create_patient_entry", "patients.update_patient_entry",
    "patients.delete_patient_entry", "patients.update_patient_notes", "appointments.create_appointment",
    "appointments.update_appointment", "auth.log_in", "auth.update_user",
)  # fmt: skip
PASSWORD = "correct horse battery"
LOCK_SECONDS = 31.0
Caller = dict[str, str]
Try = Callable[[dict[str, str]], tuple[Answer | None, str]]
"""Calls an operation with headers: the answer, and the id of the call."""
_NEW: dict[str, dict[str, Any]] = {
    "institution": {"name": "Clinic", "institution_type": "clinic"},
    "doctor": {"first_name": "Ada", "last_name": "Field", "specialty_id": "cardiology", "years_experience": 1}
    | {"consultation_fee": 100},
    "patient": {"first_name": "Pat", "last_name": "Moor", "date_of_birth": "1980-01-02"},
}


class _Hasher:
    """Hashes without chance and without costs."""

    @staticmethod
    def hash(password: str) -> str:
        return f"hash of {password}"

    def verify(self, stored: str, password: str) -> bool:
        return stored == self.hash(password)

    @staticmethod
    def check_needs_rehash(_: str) -> bool:
        return False


class World(BaseWorld):
    """A run's clients: staff, and people of the directory who log in."""

    def __init__(self, scheduler: Scheduler, stack: Stack) -> None:
        super().__init__(scheduler, stack)
        self.watch = DirectoryWatch(stack)
        self.keyed: dict[str, tuple[Callable[[], tuple[Answer | None, str]], Callable[[], list[str]]]] = {}

    def prepare(self, patches: Patches) -> None:
        """Cheap passwords and tokens, and a few people who are there from the beginning."""
        patches.set(passwords, "_hasher", _Hasher)
        patches.set(logins, "issue_token", lambda subject, _: f"{subject.user_id} {subject.session_id}")
        self.stack.dynamodb.page_items = self.draw.choice((2, 1000))
        weather, self.scheduler.weather = self.scheduler.weather, CALM
        self.scheduler.spawn("founder", self._found)
        self.scheduler.run()
        self.scheduler.weather = weather

    def _found(self) -> None:
        for members in ({"region": "North"}, {}):
            self._post("institution", self._new("institution") | members)
        clinics = self._ids("institution")
        for clinic in clinics:
            self._post("doctor", self._new("doctor") | {"institution_id": clinic})
        doctors = self._ids("doctor")
        for relations in ({"doctor_id": doctors[0]}, {"institution_id": clinics[0]}):
            self._post("patient", self._new("patient") | relations)

    def start(self) -> None:
        """Start the clients."""
        for number in range(self.draw.choice((1, 2, 3))):
            self.scheduler.spawn(f"staff {number}", self._staff, after=self.draw.random())
        for number in range(self.draw.choice((1, 2, 3))):
            kind = self.draw.choice(("doctor", "doctor", "doctor", "institution", "patient"))
            self.scheduler.spawn(f"{kind} {number}", functools.partial(self._person, kind), after=self.draw.random())
        if self.draw.random() < 0.3:
            self.scheduler.spawn("turnover", self._turn_over, after=self.draw.random())

    # ---- clients

    def _staff(self) -> None:
        # Most do one thing again and again, so that they meet; some do everything.
        todo: Sequence[Callable[[], None]] = (
            self._create, self._update, self._update, self._contacts, self._delete, self._restore, self._book,
            self._book, self._move, self._validate, self._assign, self._hire, self._hire, self._log_in_as, self._enable,
        )  # fmt: skip
        doing = self.draw.choice((None, None, *todo))
        pause = self.draw.choice((0.0, 0.05, 1.0, 20.0))
        for _ in range(self.draw.choice((4, 8))):
            (doing or self.draw.choice(todo))()
            self.scheduler.sleep(pause * self.draw.random())

    def _person(self, kind: str) -> None:
        """Somebody of the directory logs in and does what they may, until they are refused a login."""
        person_id = self.draw.choice(self._ids(kind))
        todo: dict[str, Sequence[Callable[[Caller], None]]] = {
            "doctor": (
                self._write_entry,
                self._write_entry,
                self._change_entry,
                self._note,
                self._validate,
                self._book,
            ),
            "institution": (self._validate,),
            "patient": (self._log_in_again,),
        }
        pause, session = self.draw.choice((0.0, 0.05, 1.0)), None
        for _ in range(self.draw.choice((4, 8))):
            session = session or self._log_in(kind, person_id)
            caller = self._caller(session) if session else None
            if caller is None:
                session = None
            else:
                self.draw.choice(todo[kind])(caller)
            self.scheduler.sleep(pause * self.draw.random())

    def _log_in_again(self, caller: Caller) -> None:
        """Log in once more: sessions of one user begin side by side."""
        self._log_in("patient", caller["reference_id"])

    def _log_in_as(self) -> None:
        kind = self.draw.choice(KINDS)
        self._log_in(kind, self.draw.choice(self._ids(kind)))

    def _log_in(self, kind: str, person_id: str) -> tuple[str, str] | None:
        """The user and the session of a new login; None if it is refused."""
        user = self.watch.user_of(self.watch.people[kind, person_id][0])
        body = {"email": user["email"]["S"], "password": PASSWORD}
        answer, _ = self._call("LogIn", "POST", "/auth/login", body=body)
        if answer is None or answer["statusCode"] != 200:
            return None
        user_id, session_id = json.loads(answer["body"])["access_token"].split()
        return user_id, session_id

    def _caller(self, session: tuple[str, str]) -> Caller | None:
        """What the authorizer says of a session now; None if it has ended."""
        user_id, session_id = session
        item: Item | None = self.watch.auth.get((f"acme#{user_id}", f"SESSION#{session_id}"))
        if item is None:
            return None
        members = {name: item[name]["S"] for name in ("user_type", "reference_id")}
        return members | {"tenant": "acme", "user_id": user_id, "session_id": session_id, "rights": "* /*"}

    # ---- people

    def _ids(self, kind: str) -> list[str]:
        return [person_id for each, person_id in self.watch.people if each == kind]

    def _any(self, kind: str) -> Person:
        return self.watch.people[kind, self.draw.choice(self._ids(kind))][-1]

    def _new(self, kind: str) -> dict[str, Any]:
        """The body of a creation that shares nothing with others."""
        number = next(self.ids)
        email = {"contact_email": f"of{number}@example.com", "password": PASSWORD}
        return _NEW[kind] | email | {UNIQUE[kind]: f"N{number}"}

    def _shared(self, kind: str) -> dict[str, Any]:
        """A value of which there are few, so that others have it or want it."""
        number, letter = self.draw.randrange(3), self.draw.choice("xX")
        return self.draw.choice(
            ({"contact_email": f"{letter}{number}@example.com"}, {UNIQUE[kind]: f"{letter}{number}"})
        )

    def _relations(self, kind: str) -> dict[str, Any]:
        relations = {}
        if kind != "institution":
            relations["institution_id"] = self._any("institution").person_id
        if kind == "patient":
            relations["doctor_id"] = self._any("doctor").person_id
        return dict(self.draw.sample(sorted(relations.items()), 1)) if relations else {}

    def _create(self) -> None:
        kind = self.draw.choice(KINDS)
        self._post(kind, self._new(kind) | self._relations(kind) | self._shared(kind))

    def _post(self, kind: str, body: dict[str, Any]) -> None:
        resource = f"/api/v1/{kind}s"
        name = f"Create{kind.title()}"
        self._keyed(lambda headers: self._call(name, "POST", resource, body=body, headers=headers), self._made)

    def _update(self) -> None:
        kind = self.draw.choice(KINDS)
        change = self.draw.choice((self._shared(kind), self._relations(kind), {}))
        if kind == "institution" and self.draw.random() < 0.5:
            change = {"is_active": self.draw.random() < 0.5, "region": self.draw.choice(("North", "South", None))}
        if kind == "doctor" and self.draw.random() < 0.5:
            change = {"professional_status": self.draw.choice(("active", "suspended"))}
        self._put(self._any(kind), change)

    def _assign(self) -> None:
        """Give somebody another doctor or institution, and take one away from patients with both."""
        person = self._any(self.draw.choice(("doctor", "patient", "patient")))
        change = self._relations(person.kind)
        if person.kind == "patient" and self.draw.random() < 0.5:
            change = {"doctor_id": None, "institution_id": None} | change
        self._put(person, change)

    def _hire(self) -> None:
        """A doctor goes from one clinic to another."""
        self._put(self._any("doctor"), {"institution_id": self._any("institution").person_id})

    def _turn_over(self) -> None:
        """Doctors come and go while others write for the patients of their clinics."""
        doctors, clinics = (self._ids(kind)[:2] for kind in ("doctor", "institution"))
        for _ in range(30):
            doctor = self._now("doctor", self.draw.choice(doctors))
            self._put(doctor, {"institution_id": self.draw.choice(clinics)})
            self.scheduler.sleep(0.05 * self.draw.random())

    def _put(self, person: Person, change: dict[str, Any]) -> None:
        mark = {"name" if person.kind == "institution" else "first_name": f"Mark{next(self.ids)}"}
        self._write(f"Update{person.kind.title()}", "PUT", person, body=change | mark)

    def _contacts(self) -> None:
        person = self._any(self.draw.choice(KINDS))
        email = (
            f"x{self.draw.randrange(3)}@example.com" if self.draw.random() < 0.5 else f"c{next(self.ids)}@example.com"
        )
        records = [{"email_address": email, "is_primary": True}, {"email_address": "other@example.com"}]
        self._write(f"Update{person.kind.title()}Contacts", "PUT", person, "/contacts", body={"emails": records})

    def _delete(self) -> None:
        person = self._any(self.draw.choice(KINDS))
        self._write(f"Delete{person.kind.title()}", "DELETE", person)

    def _restore(self) -> None:
        deleted = [versions[-1] for versions in self.watch.people.values() if versions[-1].deleted_at]
        if deleted:
            person = self.draw.choice(deleted)
            self._tries(
                lambda headers: self._write(
                    f"Restore{person.kind.title()}", "POST", person, "/restore", headers=headers, is_own=False
                )
            )

    def _enable(self) -> None:
        """An administrator enables or disables a user."""
        user_id = self._any(self.draw.choice(KINDS)).user_id
        body = {"active": self.draw.random() < 0.7}
        self._call("UpdateUser", "PATCH", "/users/{id}", path={"id": user_id}, body=body)

    def _validate(self, caller: Caller | None = None) -> None:
        patient = self._any("patient")
        steps = ("validated_by_doctor", "validated_by_institution", "full_access")
        step = {"doctor": steps[0], "institution": steps[1]}.get((caller or {}).get("user_type", ""))
        body = {"status": step or self.draw.choice(steps[1:])}
        self._tries(
            lambda headers: self._write(
                "ValidatePatient", "POST", patient, "/validation", body=body, headers=headers, caller=caller,
                is_own=False,
            )
        )  # fmt: skip

    # ---- what doctors do

    def _patient_of(self, doctor_id: str, is_theirs: Callable[[Person | None, Person], bool]) -> Person:
        """Mostly a patient who is theirs now."""
        doctor = self._now("doctor", doctor_id)
        theirs = [each for each in map(self._patient, self._ids("patient")) if is_theirs(doctor, each)]
        return self.draw.choice(theirs) if theirs and self.draw.random() < 0.8 else self._any("patient")

    def _patient(self, patient_id: str) -> Person:
        return self._now("patient", patient_id)

    def _write_entry(self, caller: Caller) -> None:
        patient = self._patient_of(caller["reference_id"], self.watch.treats)
        body = {"name": f"Illness {next(self.ids)}"}
        self._tries(
            lambda headers: self._write(
                "CreatePatientEntry", "POST", patient, "/{kind}", body=body, headers=headers, caller=caller,
                path={"kind": "conditions"}, is_own=False,
            )
        )  # fmt: skip

    def _change_entry(self, caller: Caller) -> None:
        entries = [
            (pk, sk.split("#")[2]) for (pk, sk), _ in self.watch.directory.all() if sk.startswith("ENTRY#conditions#")
        ]
        if entries:
            pk, entry_id = self.draw.choice(sorted(entries))
            patient = self.watch.people["patient", pk.split("#")[2]][-1]
            path = {"kind": "conditions", "entry_id": entry_id}
            given: dict[str, Any] = {"caller": caller, "path": path}
            if self.draw.random() < 0.3:
                self._write("DeletePatientEntry", "DELETE", patient, "/{kind}/{entry_id}", **given)
            else:
                body = {"name": f"Illness {next(self.ids)}"}
                self._write("UpdatePatientEntry", "PUT", patient, "/{kind}/{entry_id}", body=body, **given)

    def _note(self, caller: Caller) -> None:
        body = {"notes": f"Note {next(self.ids)}"}
        patient = self._patient_of(caller["reference_id"], self.watch.treats)
        self._write("UpdatePatientNotes", "PUT", patient, "/medical-record", body=body, caller=caller)

    # ---- appointments

    def _start(self) -> str:
        """A time near midnight, so that an appointment is in one day or two."""
        hour = self.draw.choice(("01T21", "01T22", "01T23", "02T00", "02T01"))
        return f"2027-03-{hour}:{self.draw.choice(('00', '30'))}:00{self.draw.choice(('Z', 'Z', '+02:00'))}"

    def _book(self, caller: Caller | None = None) -> None:
        doctor_id = caller["reference_id"] if caller else self._any("doctor").person_id
        # The minutes tell which call made it.
        minutes = 20 + next(self.ids)
        patient = self._patient_of(doctor_id, self.watch.are_together)
        body = {"doctor_id": doctor_id, "patient_id": patient.person_id, "start": self._start(), "minutes": minutes}

        def book(headers: dict[str, str]) -> tuple[Answer | None, str]:
            given: dict[str, Any] = {"body": body, "headers": headers, "caller": caller}
            answer, request_id = self._call("CreateAppointment", "POST", "/api/v1/appointments", **given)
            made = self._booked(minutes)
            if answer and answer["statusCode"] == 201 and [json.loads(answer["body"])["id"]] != made:
                raise Broken(f"a call was answered {answer['body']}, and made {made}")
            return answer, request_id

        self._keyed(book, lambda _: self._booked(minutes))

    def _booked(self, minutes: int) -> list[str]:
        return [name for name, versions in self.watch.appointments.items() if versions[0].minutes == minutes]

    def _move(self) -> None:
        if not self.watch.appointments:
            return
        appointment = self.draw.choice(list(self.watch.appointments.values()))[-1]
        body: dict[str, Any] = self.draw.choice(
            ({"status": "cancelled"}, {"start": self._start()}, {"start": self._start()}, {"status": "checked_in"})
        )
        path = {"id": appointment.appointment_id}
        answer, _ = self._call("UpdateAppointment", "PUT", "/api/v1/appointments/{id}", path=path, body=body)
        if answer and answer["statusCode"] == 200:
            known = self.watch.appointments[appointment.appointment_id]
            told = json.loads(answer["body"])
            version = known[int(answer["headers"]["ETag"].strip('"')) - 1]
            if (told["status"], told["start"]) != (version.status, version.start.isoformat()):
                raise Broken(f"a call was answered {told}, and version {version.version} is {version}")

    # ---- calls, and what they are told

    def _call(
        self,
        name: str,
        method: str,
        resource: str,
        path: dict[str, str] | None = None,
        caller: Caller | None = None,
        **request: Any,
    ) -> tuple[Answer | None, str]:
        request_id = f"r{next(self.ids)}"
        patience = 40.0 if self.draw.random() < 0.9 else 2.0
        answer, _ = self.stack.call(
            name, patience, method=method, resource=resource, path=path, request_id=request_id, caller=caller, **request
        )
        if answer and answer["statusCode"] == 500:
            raise Broken(f"{request_id} was answered 500: {answer['body']}")
        return answer, request_id

    def _write(
        self,
        name: str,
        method: str,
        person: Person,
        more: str = "",
        *,
        path: dict[str, str] | None = None,
        headers: dict[str, str] | None = None,
        is_own: bool = True,
        **request: Any,
    ) -> tuple[Answer | None, str]:
        """Call an operation on a person. A success of a call without a key is its own (`is_own`), once."""
        headers = dict(headers or {})
        if self.draw.random() < 0.2:
            headers["If-Match"] = person.etag
        path = {"id": person.person_id} | (path or {})
        resource = f"/api/v1/{person.kind}s/{{id}}{more}"
        answer, request_id = self._call(name, method, resource, path=path, headers=headers, **request)
        self._check_told(request_id, answer, is_own=is_own)
        return answer, request_id

    def _check_told(self, request_id: str, answer: Answer | None, *, is_own: bool) -> None:
        made = self.watch.made.get(request_id, [])
        if len(made) > 1:
            raise Broken(f"{request_id} was done more than once: {made}")
        if answer is None or answer["statusCode"] >= 500:
            return
        if answer["statusCode"] >= 400:
            if made:
                raise Broken(f"{request_id} was answered {answer['statusCode']}, and made {made}")
            return
        if not made and is_own:
            raise Broken(f"{request_id} was answered {answer['statusCode']}, and made nothing")
        etag = answer["headers"].get("ETag")
        if made and etag and etag != f'"{made[0].version}"':
            raise Broken(f"{request_id} was answered {etag}, and made {made}")

    def _tries(self, call: Try) -> str:
        """Call once, or with a key until there is an answer; the key."""
        key = f"k{next(self.ids)}" if self.draw.random() < 0.6 else ""
        ids: list[str] = []
        for _ in range(self.draw.choice((1, 2, 3)) if key else 1):
            answer, request_id = call({"Idempotency-Key": key} if key else {})
            ids.append(request_id)
            if answer and answer["statusCode"] < 500 and self.draw.random() < 0.6:
                break
            self.scheduler.sleep(self.draw.choice((0.1, LOCK_SECONDS)))
        made = [each for request_id in ids for each in self.watch.made.get(request_id, ())]
        if len(made) > 1:
            raise Broken(f"the tries {ids} of a call made {made}")
        return key

    def _keyed(self, call: Try, made: Callable[[Sequence[str]], list[str]]) -> None:
        """Make something; with a key, what its tries have `made` (by their ids) is compared in the end."""
        ids: list[str] = []

        def once(headers: dict[str, str]) -> tuple[Answer | None, str]:
            answer, request_id = call(headers)
            ids.append(request_id)
            return answer, request_id

        if key := self._tries(once):
            self.keyed[key] = functools.partial(once, {"Idempotency-Key": key}), functools.partial(made, ids)

    def _made(self, ids: Sequence[str]) -> list[str]:
        """The ids of the people that calls have made."""
        made = [each for request_id in ids for each in self.watch.made.get(request_id, ())]
        return [each.name.rpartition("#")[2] for each in made]

    # ---- the end

    def check(self) -> None:
        """Check the end of the run, for the main thread."""
        self.stack.settle()
        self.scheduler.spawn("inspector", self._inspect)
        self.scheduler.run()

    def _inspect(self) -> None:
        self.scheduler.sleep(1000)  # the indexes may be late
        for kind, name in (("institution", "Institutions"), ("doctor", "Doctors"), ("patient", "DirectoryPatients")):
            for is_deleted in (False, True):
                query = {"limit": "100", "deleted": str(is_deleted).lower()}
                answer, _ = self._call(f"List{name}", "GET", f"/api/v1/{kind}s", query=query)
                listed = sorted(each["id"] for each in json.loads(answer["body"])["items"]) if answer else None
                there = sorted(each for each in self._ids(kind) if bool(self._now(kind, each).deleted_at) == is_deleted)
                if listed != there:
                    raise Broken(f"the list of {kind}s has {listed}, and there are {there}")
        there = [each for each in self._ids("institution") if not self._now("institution", each).deleted_at]
        if sum(count for _, count in read_counts("acme", "institution")) != len(there):
            raise Broken("the counts are not the number of institutions")
        for key, (again, made) in self.keyed.items():
            self._check_key(key, again, made)

    def _now(self, kind: str, person_id: str) -> Person:
        return self.watch.people[kind, person_id][-1]

    @staticmethod
    def _check_key(key: str, again: Callable[[], tuple[Answer | None, str]], made: Callable[[], list[str]]) -> None:
        """What was made with a key is one, and another try is told of it."""
        before = made()
        answer, _ = again()
        told = [json.loads(answer["body"])["id"]] if answer and answer["statusCode"] == 201 else []
        if made() != told or (before and before != told):
            raise Broken(
                f"{key} made {before}, then {made()}, and was answered {answer and answer['statusCode']} {told}"
            )
