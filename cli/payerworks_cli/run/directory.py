"""Walk a patient of the directory from pending to full access, and show what that changes."""

import datetime
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field
from http import HTTPStatus
from typing import Any

from payerworks_cli.answer import Answer
from payerworks_cli.api import Api
from payerworks_cli.appointments.appointment import PATH as APPOINTMENTS
from payerworks_cli.appointments.appointment import Appointment
from payerworks_cli.patients.dashboard import Dashboard, bmi_text, dashboard_path
from payerworks_cli.patients.entry import Entry, entries_path
from payerworks_cli.patients.patient import PATIENT, Patient
from payerworks_cli.patients.record import record_path
from payerworks_cli.run.accounts import ANY_STATUS, mark
from payerworks_cli.run.sample_people import PEOPLE, FoundPerson, disable, find_or_make
from payerworks_cli.shown_values import second
from payerworks_cli.terminal import Say, Terminal

CONDITION = {"name": "Essential hypertension", "code_system": "ICD-10-CM", "code": "I10", "since": "2024-03-04"}
STEPS = (
    ("validated_by_doctor", "doctor"),
    ("validated_by_institution", "institution"),
    ("full_access", "administrator"),
)
"""The statuses after `pending`, and who takes the step to each."""
DAYS_AHEAD = 30
"""When the appointment is, counted from the day of the run."""


@dataclass
class DirectoryWalk:
    """What a run did in the directory.

    people     the ids by kind; `created` has the kinds of those that are new
    statuses   what the patient's calls were answered at each status of the patient
    booked     whether the appointment is new; `second_booking` is what another at the same time was answered
    """

    people: dict[str, str]
    created: list[str]
    statuses: dict[str, dict[str, int]] = field(default_factory=dict)
    steps: int = 0
    condition_written: bool = False
    booked: bool = False
    second_booking: int = 0
    dashboard: dict[str, Any] = field(default_factory=dict)

    @property
    def changed(self) -> bool:
        return bool(self.created or self.steps or self.condition_written or self.booked)

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def walk_directory(api: Api, terminal: Terminal) -> DirectoryWalk | None:
    """Make or find a clinic, its doctor and their patient, validate the patient, and book an appointment.

    What an earlier run did stays, and is said to be there. None if one of the three cannot be used. All logins are
    disabled at the end. Needs an administrator.
    """
    with terminal.part("directory") as say:
        people: dict[str, FoundPerson] = {}
        try:
            for sample in PEOPLE:
                relations = {f"{kind}_id": each.person_id for kind, each in people.items()}
                found = find_or_make(api, sample, relations, say)
                if found is None:
                    return None
                people[sample.kind.noun] = found
            walk = _walk(api, people, say)
        finally:
            for person in people.values():
                disable(api, person.user_id)
    calls = list(_calls(""))
    rows = [(status, *(mark(answered[call]) for call in calls)) for status, answered in walk.statuses.items()]
    terminal.table(("the patient is", *calls), rows, texts=calls)
    return walk


def _walk(api: Api, people: dict[str, FoundPerson], say: Say) -> DirectoryWalk:
    ids = {kind: person.person_id for kind, person in people.items()}
    walk = DirectoryWalk(ids, [kind for kind, person in people.items() if person.is_new])
    say(_who(people))
    with ExitStack() as stack:
        logins = {
            kind: stack.enter_context(person.log_in(api.deployment.api_url)) for kind, person in people.items()
        } | {"administrator": api}
        _write_condition(logins["doctor"], walk, say)
        _validate(logins, walk, say)
        _book(logins["doctor"], walk, say)
        dashboard = logins["patient"].ask("GET", dashboard_path(ids["patient"]))
        walk.dashboard = _dashboard(dashboard, say)
    return walk


def _who(people: dict[str, FoundPerson]) -> str:
    names = [f"{kind} {person.sample.name}" for kind, person in people.items()]
    new = [person.is_new for person in people.values()]
    what = "made, each with a login" if all(new) else "there, some of them from an earlier run"
    return f"{', '.join(names)}: {what if any(new) else 'there from an earlier run'}"


def _write_condition(doctor: Api, walk: DirectoryWalk, say: Say) -> None:
    path = entries_path(walk.people["patient"], "conditions")
    text = f"{CONDITION['name']} ({CONDITION['code_system']} {CONDITION['code']})"
    if any(entry.name == CONDITION["name"] for entry in doctor.items(path, Entry)):
        say(f"condition: {text} is there")
        return
    doctor.ask("POST", path, expect=(201,), json=CONDITION)
    walk.condition_written = True
    say(f"condition: the doctor wrote {text}")


def _validate(logins: dict[str, Api], walk: DirectoryWalk, say: Say) -> None:
    """Take the steps that the patient lacks; before and after each, note what the patient may call."""
    path = PATIENT.path_of(walk.people["patient"])
    first = logins["administrator"].ask("GET", path).parse(Patient).validation_status
    walk.statuses[first] = _call_all(logins["patient"], walk.people["patient"])
    reached = [status for status, _ in STEPS]
    for status, by in STEPS[reached.index(first) + 1 if first in reached else 0 :]:
        logins[by].ask("POST", f"{path}/validation", json={"status": status, "reason": "sample"})
        walk.steps += 1
        walk.statuses[status] = _call_all(logins["patient"], walk.people["patient"])
    by_whom = ", ".join(f"{status} by the {by}" for status, by in STEPS if status != first and status in walk.statuses)
    say(f"validation: {by_whom or 'the patient has full access already'}")


def _calls(patient_id: str) -> dict[str, str]:
    """Calls of the patient, by name."""
    return {
        "dashboard": dashboard_path(patient_id),
        "conditions": entries_path(patient_id, "conditions"),
        "medical record": record_path(patient_id),
    }


def _call_all(patient: Api, patient_id: str) -> dict[str, int]:
    return {name: patient.ask("GET", path, expect=ANY_STATUS).status for name, path in _calls(patient_id).items()}


def _book(doctor: Api, walk: DirectoryWalk, say: Say) -> None:
    """Book an appointment unless one is to come, and then a second one at the same time, which is refused."""
    now = datetime.datetime.now(datetime.UTC)
    members = {"doctor_id": walk.people["doctor"], "patient_id": walk.people["patient"]}
    coming = members | {"status": "scheduled", "from": now.isoformat(timespec="seconds")}
    appointment = next(doctor.items(APPOINTMENTS, Appointment, coming, 1), None)
    if appointment is None:
        start = (now + datetime.timedelta(days=DAYS_AHEAD)).replace(hour=15, minute=0, second=0, microsecond=0)
        body = {**members, "start": start.isoformat(), "minutes": 30}
        appointment = doctor.ask("POST", APPOINTMENTS, expect=(201,), json=body).parse(Appointment)
        walk.booked = True
    again = {**members, "start": appointment.start, "minutes": appointment.minutes}
    walk.second_booking = doctor.ask("POST", APPOINTMENTS, expect=ANY_STATUS, json=again).status
    outcome = f"{walk.second_booking} {HTTPStatus(walk.second_booking).phrase}"
    verb = "is booked" if walk.booked else "is booked already"
    say(f"appointment: {second(appointment.start)} {verb}; a second one of the doctor at the same time is {outcome}")


def _dashboard(answer: Answer, say: Say) -> dict[str, Any]:
    dashboard = answer.parse(Dashboard)
    say(f"dashboard: health score {dashboard.health_score}, BMI {bmi_text(dashboard)}, age {dashboard.age}")
    return {name: answer.member(name) for name in ("health_score", "bmi", "bmi_class", "age")}
