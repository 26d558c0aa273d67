"""How a doctor is validated, found and related."""

from collections.abc import Sequence

from directory.people.kind import Kind
from directory.people.person import Profile
from directory.specialties.specialties import SPECIALTY_IDS
from doctors.doctor.models import DoctorProfile, NewDoctor
from payerworks.errors import Fault


def _absent(profile: Profile) -> Sequence[Fault]:
    if profile["specialty_id"] in SPECIALTY_IDS:
        return ()
    return (Fault("/specialty_id", "is the id of no specialty (GET /api/v1/specialties lists them)"),)


DOCTOR = Kind(
    name="doctor",
    new=NewDoctor,
    profile=DoctorProfile,
    unique={"medical_license": "medical license"},
    own=frozenset(
        {
            *("first_name", "last_name", "contact_email", "specialty_id"),
            *("years_experience", "consultation_fee", "time_zone"),
        }
    ),
    sort_name=lambda profile: f"{profile['last_name']} {profile['first_name']}",
    relations={"institution_id": "institution"},
    absent=_absent,
    is_open=lambda profile: bool(profile["professional_status"] == "active"),
)
