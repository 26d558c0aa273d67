"""The sample's institution, doctor and patient of the directory, each with a login while the run works."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from payerworks_cli.api import Api
from payerworks_cli.deployment import Deployment
from payerworks_cli.doctors.doctor import DOCTOR
from payerworks_cli.institutions.institution import INSTITUTION
from payerworks_cli.patients.patient import PATIENT
from payerworks_cli.people.kind import Kind
from payerworks_cli.run.accounts import come_back
from payerworks_cli.terminal import Say
from payerworks_cli.users.user import find_user, user_path


@dataclass(frozen=True)
class SamplePerson:
    """A person of the sample; `members` are those of the API without the relations to others."""

    kind: Kind
    name: str
    members: Mapping[str, Any]

    @property
    def email(self) -> str:
        return f"sample-clinic-{self.kind.noun}@example.com"


PEOPLE = (
    SamplePerson(
        INSTITUTION,
        "Riverside Sample Clinic",
        {"name": "Riverside Sample Clinic", "institution_type": "clinic", "license_number": "SAMPLE-CLINIC-7"},
    ),
    SamplePerson(
        DOCTOR,
        "Dr. Dana Sample",
        {
            "first_name": "Dana",
            "last_name": "Sample",
            "medical_license": "SAMPLE-LICENSE-7",
            "specialty_id": "cardiology",
            "years_experience": 12,
            "consultation_fee": 120,
        },
    ),
    SamplePerson(
        PATIENT,
        "Pat Sample",
        {
            "first_name": "Pat",
            "last_name": "Sample",
            "date_of_birth": "1980-05-17",
            "health_profile": {
                "height_cm": 172,
                "weight_kg": 81.5,
                "is_smoker": False,
                "consumes_alcohol": False,
                "physical_activity_minutes_weekly": 90,
            },
        },
    ),
)
"""In the order in which they are made: the later ones are assigned to those before."""


@dataclass(frozen=True)
class FoundPerson:
    """A person of the sample as the service has it, and a password for its login."""

    sample: SamplePerson
    person_id: str
    user_id: str
    password: str
    is_new: bool

    def log_in(self, api_url: str) -> Api:
        """The API as this person calls it."""
        with Api(Deployment(api_url)) as api:
            tokens = api.new_tokens(self.sample.email, self.password)
        api = Api(Deployment(api_url, self.sample.email, token=tokens.access_token))
        api.log_in()
        return api


def find_or_make(api: Api, sample: SamplePerson, relations: Mapping[str, str], say: Say) -> FoundPerson | None:
    """A person of the sample: a new one, or that of an earlier run, restored if it was deleted, with a new password.

    None, and a line that says why, if it is another's, was changed since, or cannot get a password here.
    """
    password = secrets.token_urlsafe(24)
    members = {**sample.members, **relations}
    body = {**members, "contact_email": sample.email, "password": password}
    created = api.ask("POST", sample.kind.path, expect=(201, 409), json=body)
    if created.status == 201:
        return FoundPerson(sample, created.member("id"), created.member("user_id"), password, is_new=True)
    user = find_user(api, sample.email)
    if user is None or user.user_type != sample.kind.noun or not user.reference_id:
        say(f"{sample.email}, or a license of the sample, is taken by somebody else: left alone")
        return None
    path = sample.kind.path_of(user.reference_id)
    stored = api.ask("GET", path, expect=(200, 404))
    if stored.status == 404:
        stored = api.ask("POST", f"{path}/restore")
        disable(api, user.user_id)
    if not _has(stored.json(), members):
        say(f"{sample.kind.noun} {sample.name} was changed since an earlier run: left alone")
        return None
    if not come_back(api, user_path(api, user.user_id), password):
        disable(api, user.user_id)
        say(f"{sample.kind.noun} {sample.name} is there; its new password would go by e-mail, so it is left alone")
        return None
    return FoundPerson(sample, user.reference_id, user.user_id, password, is_new=False)


def disable(api: Api, user_id: str) -> None:
    """Disable the login of a person; the next run enables it again."""
    api.ask("PATCH", user_path(api, user_id), json={"active": False})


def _has(stored: Any, members: Mapping[str, Any]) -> bool:
    return all(
        _has(stored.get(name) or {}, value) if isinstance(value, Mapping) else stored.get(name) == value
        for name, value in members.items()
    )
