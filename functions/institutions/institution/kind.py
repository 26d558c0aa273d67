"""How an institution is validated, found and related."""

from directory.people.kind import Kind
from institutions.institution.models import InstitutionProfile, NewInstitution

INSTITUTION = Kind(
    name="institution",
    new=NewInstitution,
    profile=InstitutionProfile,
    unique={"license_number": "license number"},
    own=frozenset({"name", "contact_email", "website", "region"}),
    sort_name=lambda profile: str(profile["name"]),
    counted=("institution_type", "region"),
    is_open=lambda profile: bool(profile["is_active"]),
)
