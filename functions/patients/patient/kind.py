"""How a patient is validated, found and related."""

from collections.abc import Iterator

from directory.people.kind import Kind
from directory.people.person import Profile
from patients.patient.models import NewPatient, PatientProfile
from payerworks.errors import Fault

_TREATING = ("doctor_id", "institution_id")
_EMERGENCY = ("emergency_contact_name", "emergency_contact_phone")


def _faults(profile: Profile) -> Iterator[Fault]:
    if not _given(profile, _TREATING):
        yield from (Fault(f"/{name}", "is missing: a doctor or an institution is needed") for name in _TREATING)
    if len(_given(profile, _EMERGENCY)) == 1:
        [name] = set(_EMERGENCY) - set(_given(profile, _EMERGENCY))
        yield Fault(f"/{name}", "is missing: an emergency contact has a name and a phone")


def _given(profile: Profile, names: tuple[str, ...]) -> list[str]:
    return [name for name in names if profile.get(name) is not None]


PATIENT = Kind(
    name="patient",
    new=NewPatient,
    profile=PatientProfile,
    unique={"mrn": "MRN"},
    own=frozenset({"contact_email", "emergency_contact_name", "emergency_contact_phone", "health_profile"}),
    managed={"validation_status": "pending"},
    relations={"doctor_id": "doctor", "institution_id": "institution"},
    sort_name=lambda profile: f"{profile['last_name']} {profile['first_name']}",
    faults=_faults,
)
