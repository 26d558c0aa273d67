"""Two tenants with everything that a path can name, everyone who can call, and who of them sees what.

Whom a person of the directory sees is written down by hand in SIGHT: it is what the code is held against.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx

from auth import create_first_admin
from auth.users import repository as users
from auth.users.rights import ROLES
from intake.jobs import job_repository
from intake.jobs.jobs import File
from intake.registry import repository as registry
from intake.registry.registry_items import patient_id_of
from intake.registry.registry_rules import Person, StoredPatient, StoredVisit, Visit
from tests.unit.auth.conftest import context_of
from tests.unit.auth.passkeys import stored_passkey
from tests.unit.cli import gateway
from tests.unit.conftest import api_event
from tests.unit.directory.people import PASSWORD, new_doctor, new_institution
from tests.unit.patients.patients import STEPS, new_patient

ORIGIN = "https://api.example"
ADMINS = {"admin": "main", "second admin": "main", "rival admin": "rival"}
INSTITUTIONS = {"north": "main", "south": "main", "closed": "main", "far": "rival"}
DOCTORS = {"ann": "north", "ned": "north", "sam": "south", "lone": "", "gone": "north", "fay": "far"}
"""Each with its institution."""
PATIENTS: Mapping[str, tuple[str, str, str]] = {
    "of ann": ("ann", "", "pending"),
    "of north": ("", "north", "validated_by_doctor"),
    "of both": ("ann", "north", "full_access"),
    "of ann and south": ("ann", "south", "validated_by_institution"),
    "of south": ("sam", "south", "full_access"),
    "of lone": ("lone", "", "pending"),
    "deleted": ("ann", "north", "pending"),
    "moved": ("ann", "north", "pending"),
    "of fay": ("fay", "far", "pending"),
}
"""Each with doctor, institution and validation status. One goes from ann and north to sam and south in the end."""
DELETED = {"closed": "institution", "gone": "doctor", "deleted": "patient"}
SIGHT: Mapping[str, set[str]] = {
    "north": {"north", "ann", "ned", "of ann", "of north", "of both"},
    "south": {"south", "sam", "of ann and south", "of south", "moved"},
    "far": {"far", "fay", "of fay"},
    "ann": {"ann", "of ann", "of north", "of both", "of ann and south"},
    "ned": {"ned", "of north", "of both"},
    "sam": {"sam", "of ann and south", "of south", "moved"},
    "lone": {"lone", "of lone"},
    "fay": {"fay", "of fay"},
} | {name: {name} for name in PATIENTS if name != "deleted"}
"""The people of the directory whom its people see."""
SEERS_OF_APPOINTMENTS: Mapping[str, set[str]] = {
    "of ann": {"ann", "of ann", "north"},
    "of both": {"ann", "of both", "north"},
    "of ann and south": {"ann", "of ann and south", "north"},
    "of south": {"sam", "of south", "south"},
    "of lone": {"lone", "of lone"},
    "deleted": {"north"},
    "moved": {"moved", "north"},
    "of fay": {"fay", "of fay", "far"},
}
"""The people of the directory who see the appointment of each patient with the doctor that the patient had first."""


@dataclass(frozen=True, slots=True)
class Thing:
    """What a path can name.

    parameters  those of the path, in their order
    absent      those of a thing that does not exist, as which it is answered to whoever does not see it
    seen_by     the callers who see it, if they have the right to the route
    is_deleted  whether only a history and a restoration show it
    """

    parameters: tuple[str, ...]
    absent: tuple[str, ...]
    seen_by: frozenset[str]
    is_deleted: bool = False


@dataclass(slots=True)
class World:
    """Two tenants with all that is in them.

    tokens, tenants  of the callers, by their names
    rights           of the callers, as the authorizer passes them on
    ids              of the people of the directory, by their names, and of their users
    things           by their kinds
    marks            texts that nothing else has, with the callers who may meet them in an answer
    named            what filters and bodies can name, by its kind, with the callers who may know it
    """

    tokens: dict[str, str] = field(default_factory=dict)
    tenants: dict[str, str] = field(default_factory=dict)
    rights: dict[str, frozenset[str]] = field(default_factory=dict)
    ids: dict[str, str] = field(default_factory=dict)
    things: dict[str, list[Thing]] = field(default_factory=dict)
    marks: list[tuple[str, frozenset[str]]] = field(default_factory=list)
    named: dict[str, list[tuple[str, frozenset[str]]]] = field(default_factory=dict)

    def of_tenant(self, tenant: str) -> set[str]:
        """The callers of a tenant who are no people of the directory."""
        return {name for name, of in self.tenants.items() if of == tenant and name not in SIGHT}

    @property
    def deleted(self) -> set[str]:
        """The ids of the people who are deleted: nobody is assigned to them."""
        return {self.ids[name] for name in DELETED}

    def add(self, kind: str, seen_by: set[str], *parameters: str, is_deleted: bool = False) -> None:
        """Add a thing whose id, the last of its parameters, is a text that nobody else meets."""
        absent = tuple(ABSENT.get(parameter, ABSENT_ID) for parameter in parameters)
        self.things.setdefault(kind, []).append(Thing(parameters, absent, frozenset(seen_by), is_deleted))


ABSENT_ID = "0123456789abcdef0123456789abcdef"
ABSENT = {"conditions": "conditions", "medications": "medications"}
"""What stays as it is in the path of a thing that does not exist."""


def ask(
    token: str, method: str, path: str, body: Any = None, headers: Mapping[str, str] | None = None
) -> httpx.Response:
    """The answer to a call."""
    content = body if isinstance(body, bytes | None) else json.dumps(body).encode()
    typed = {"Content-Type": "application/json"} if content else {}
    given = {"Authorization": f"Bearer {token}", **typed, **(headers or {})} if token else {**typed, **(headers or {})}
    request = httpx.Request(method, f"{ORIGIN}{path}", content=content, headers=given)
    return gateway.answer(request, path.partition("?")[0])


def built() -> World:
    """The world, made by the calls of the API where there is one."""
    world = World()
    for name, tenant in ADMINS.items():
        credentials = {"email": f"{name.replace(' ', '.')}@example.com", "password": PASSWORD, "tenant": tenant}
        if name == "second admin":
            _made(world, "admin", "/users/create", {**_login(credentials["email"]), "user_type": "admin"})
        else:
            create_first_admin.handler(credentials, None)
        _log_in(world, name, tenant, credentials["email"])
    _staff(world)
    _people(world)
    _health(world)
    _of_tenants(world)
    _accounts(world)
    for name, token in world.tokens.items():
        context = context_of(token)
        assert context is not None
        world.rights[name] = frozenset(context["rights"].split(","))
    return world


def _login(email: str) -> dict[str, str]:
    return {"email": email, "password": PASSWORD}


def _made(world: World, caller: str, path: str, body: Any) -> dict[str, Any]:
    answer = ask(world.tokens[caller], "POST", path, body)
    assert answer.status_code in (200, 201), answer.text
    made: dict[str, Any] = answer.json()
    return made


def _log_in(world: World, name: str, tenant: str, email: str) -> None:
    answer = ask("", "POST", "/auth/login", _login(email))
    assert answer.status_code == 200, answer.text
    world.tokens[name], world.tenants[name] = answer.json()["access_token"], tenant


def _staff(world: World) -> None:
    """Staff and machines: one with each role, and one with none."""
    for role in (*ROLES, ""):
        email, roles = f"staff.{role or 'none'}@example.com", [role] if role else []
        _made(world, "admin", "/users/create", {**_login(email), "user_type": "staff", "roles": roles})
        _log_in(world, f"staff {role}", "main", email)
        client = _made(world, "admin", "/clients", {"name": f"machine {role}", "roles": roles})
        form = f"grant_type=client_credentials&client_id={client['client_id']}&client_secret={client['client_secret']}"
        typed = {"Content-Type": "application/x-www-form-urlencoded"}
        answer = ask("", "POST", "/auth/token", form.encode(), typed)
        world.tokens[f"service {role}"] = answer.json()["access_token"]
        world.tenants[f"service {role}"] = "main"


def _admin_of(tenant: str) -> str:
    return "admin" if tenant == "main" else "rival admin"


def _people(world: World) -> None:
    tenants = dict(INSTITUTIONS)
    for name, tenant in INSTITUTIONS.items():
        _person(world, name, tenant, "institution", new_institution(name=_mark(name)))
    for name, institution in DOCTORS.items():
        tenants[name] = tenants.get(institution, "main")
        related = {"institution_id": world.ids[institution]} if institution else {}
        _person(world, name, tenants[name], "doctor", new_doctor(last_name=_mark(name), **related))
    for name, (doctor, institution, _) in PATIENTS.items():
        tenants[name] = tenants[doctor or institution]
        related = {"doctor_id": world.ids.get(doctor), "institution_id": world.ids.get(institution)}
        _person(world, name, tenants[name], "patient", new_patient(last_name=_mark(name), **related))
    for name, (doctor, _, status) in PATIENTS.items():
        _validate(world, name, doctor, status)


def _mark(name: str) -> str:
    """A name that nobody else has."""
    return f"Mark-{name.replace(' ', '-')}-kram"


def _person(world: World, name: str, tenant: str, kind: str, body: dict[str, Any]) -> None:
    made = _made(world, _admin_of(tenant), f"/api/v1/{kind}s", body)
    world.ids[name], world.ids[f"user of {name}"] = made["id"], made["user_id"]
    _log_in(world, name, tenant, body["contact_email"])


def _validate(world: World, name: str, doctor: str, status: str) -> None:
    doctor = doctor or "ann"
    institution = PATIENTS[name][1] or DOCTORS[doctor]
    takers = (doctor, institution, "admin")
    for step, taker in list(zip(STEPS, takers, strict=True))[: ("pending", *STEPS).index(status)]:
        _made(world, taker, f"/api/v1/patients/{world.ids[name]}/validation", {"status": step})


def _health(world: World) -> None:
    """Entries and appointments of the patients; then the people of DELETED are deleted, and one patient moves."""
    entries: dict[str, str] = {}
    for number, (name, (doctor, _, _)) in enumerate(PATIENTS.items()):
        writer, patient = doctor or "ned", world.ids[name]
        entry = {"name": _mark(f"{name} entry")}
        entries[name] = _made(world, writer, f"/api/v1/patients/{patient}/conditions", entry)["id"]
        if doctor:
            start = f"2026-12-0{number + 1}T09:00:00Z"
            body = {"doctor_id": world.ids[doctor], "patient_id": patient, "start": start, "minutes": 30}
            made = _made(world, doctor, "/api/v1/appointments", body)["id"]
            seen_by = SEERS_OF_APPOINTMENTS[name] | world.of_tenant(world.tenants[doctor])
            world.add("appointment", seen_by, made)
            # A patient's dashboard shows the next appointment, whoever it is with.
            sees_patient = {viewer for viewer, seen in SIGHT.items() if name in seen}
            world.marks.append((made, frozenset(seen_by | sees_patient)))
    moved = {"doctor_id": world.ids["sam"], "institution_id": world.ids["south"]}
    ask(world.tokens["admin"], "PUT", f"/api/v1/patients/{world.ids['moved']}", moved)
    for name, kind in DELETED.items():
        assert ask(world.tokens["admin"], "DELETE", f"/api/v1/{kind}s/{world.ids[name]}").status_code == 204
        del world.tokens[name]
    _list_people(world, entries)


def _list_people(world: World, entries: dict[str, str]) -> None:
    seers = {
        name: {viewer for viewer, seen in SIGHT.items() if name in seen} | world.of_tenant(world.tenants[name])
        for name in (*INSTITUTIONS, *DOCTORS, *PATIENTS)
    }
    for name, seen_by in seers.items():
        kind = "institution" if name in INSTITUTIONS else "doctor" if name in DOCTORS else "patient"
        world.add(kind, seen_by, world.ids[name], is_deleted=name in DELETED)
        met_by = frozenset(seen_by.union(*(seers[other] for other in _naming(name))))
        world.marks += [(world.ids[name], met_by), (_mark(name), met_by)]
        world.named.setdefault(kind, []).append((world.ids[name], met_by))
    for name, entry_id in entries.items():
        is_deleted, seen_by, patient = name in DELETED, seers[name], world.ids[name]
        world.add("entries", seen_by, patient, "conditions", is_deleted=is_deleted)
        world.add("entry", seen_by, patient, "conditions", entry_id, is_deleted=is_deleted)
        world.marks += [(entry_id, frozenset(seen_by)), (_mark(f"{name} entry"), frozenset(seen_by))]
        # Another's entry in the path of a patient whom the caller sees, and the own one in another list.
        if name in ("of both", "of south"):
            for kind, other in (("conditions", entries["of lone"]), ("medications", entry_id)):
                mixed = Thing((patient, kind, other), (patient, kind, ABSENT_ID), frozenset())
                world.things["entry"].append(mixed)


def _naming(name: str) -> Iterator[str]:
    """Those whose answers name a person: patients their doctor and institutions, appointments both their people."""
    for patient, (doctor, institution, _) in PATIENTS.items():
        named = {doctor, institution, DOCTORS.get(doctor, "")} | ({"sam", "south"} if patient == "moved" else set())
        if name in named:
            yield patient
    yield from (doctor for doctor, institution in DOCTORS.items() if institution == name)
    if name in PATIENTS:
        yield from (viewer for viewer in SEERS_OF_APPOINTMENTS.get(name, set()) if viewer in SIGHT)


def _of_tenants(world: World) -> None:
    """What all of a tenant see who have the right: a plan, a claim, a job and a patient of the registry each."""
    for tenant in ("main", "rival"):
        admin, everyone = _admin_of(tenant), {name for name, of in world.tenants.items() if of == tenant}
        plan = json.loads(api_event("plans/create_plan")["body"]) | {"objectId": f"plan-of-{tenant}"}
        claim = json.loads(api_event("claims/create_claims")["body"]) | {"subscriber_number": f"subscriber-of-{tenant}"}
        mrn, task = f"mrn-of-{tenant}", f"task-of-{tenant}"
        job_repository.add_queued(tenant, task, File(f"patients/file-of-{tenant}.csv", "1"))
        person = Person("Ada", "Field", "1990-02-14")
        registry.write_patients(tenant, [StoredPatient(mrn, person, "stamp", "job#1")], {})
        registry.write_visits(tenant, [StoredVisit(mrn, Visit(f"visit-of-{tenant}", "2026-01-01", "checkup"), "1")], {})
        ids = {
            "plan": _made(world, admin, "/v1/plan", plan)["objectId"],
            "claim": _made(world, admin, "/claims", claim)["id"],
            "job": task,
            "registry patient": patient_id_of(tenant, mrn),
        }
        for kind, thing in ids.items():
            world.add(kind, everyone, thing)
        filters = {
            "MRN": mrn,
            "subscriber number": claim["subscriber_number"],
            "file": f"patients/file-of-{tenant}.csv",
        }
        for kind, text in filters.items():
            world.named.setdefault(kind, []).append((text, frozenset(everyone)))
        texts = (*ids.values(), mrn, claim["subscriber_number"], f"file-of-{tenant}.csv", f"visit-of-{tenant}")
        world.marks += [(text, frozenset(everyone)) for text in texts]


def _accounts(world: World) -> None:
    """Users, their sessions and passkeys, and machines."""
    other_session = ABSENT_ID
    for name in ("of both", "of south", "staff ", "fay", "admin"):
        user = users.find_user(ask(world.tokens[name], "GET", "/auth/session/validate").json()["user"]["email"])
        assert user is not None
        [session] = user.sessions
        everyone = world.of_tenant(user.tenant)
        world.add("user", everyone, user.user_id)
        world.add("session", {name}, session)
        world.add("session of a user", everyone, user.user_id, session)
        mixed = Thing((user.user_id, other_session), (user.user_id, ABSENT_ID), frozenset())
        world.things["session of a user"].append(mixed)
        other_session = session
        passkey = stored_passkey(user, f"passkey of {name}").passkey_id
        world.add("passkey", {name}, passkey)
        world.marks += [(session, frozenset({name} | everyone)), (passkey, frozenset({name}))]
    for tenant in ("main", "rival"):
        made = _made(world, _admin_of(tenant), "/clients", {"name": f"machine of {tenant}", "roles": []})["client_id"]
        world.add("client", world.of_tenant(tenant), made)
        world.marks.append((made, frozenset(world.of_tenant(tenant))))
