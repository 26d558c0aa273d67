"""What a doctor is, and what a doctor sees of its own patients and institution."""

import zoneinfo
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, Field, PlainSerializer
from pydantic.json_schema import WithJsonSchema

from claims.claim.claim_fields import Amount
from claims.claim.money import dollars
from directory.people.models import ContactEmail, NamedListQuery, NewLogin, PersonMembers, all_optional
from payerworks.paging import PageQuery
from payerworks.texts import Identifier, Name

ProfessionalStatus = Literal["active", "suspended", "retired"]
MOST_YEARS = 70


def _time_zone(name: str) -> str:
    if name not in zoneinfo.available_timezones():
        raise ValueError("must be a time zone of IANA, such as America/New_York")
    return name


Fee = Annotated[Amount, AfterValidator(dollars), PlainSerializer(float, return_type=float)]
"""Exact dollars: an ExactNumber with two decimals."""
TimeZone = Annotated[str, Field(max_length=60), AfterValidator(_time_zone)]


class DoctorProfile(BaseModel, strict=True, extra="forbid"):
    """What a doctor is; nobody can be assigned to one who is not `active`.

    `time_zone` decides which day is today for the doctor; without one it is UTC.
    """

    first_name: Name
    last_name: Name
    medical_license: Identifier
    contact_email: ContactEmail
    institution_id: Identifier | None = None
    specialty_id: Identifier
    years_experience: Annotated[int, Field(ge=0, le=MOST_YEARS)]
    consultation_fee: Fee
    professional_status: ProfessionalStatus = "active"
    time_zone: TimeZone | None = None


class NewDoctor(NewLogin, DoctorProfile):
    """A doctor to make, with its login."""


DoctorChanges = all_optional("DoctorChanges", DoctorProfile)


class Doctor(PersonMembers, DoctorProfile):
    """A doctor."""

    consultation_fee: Annotated[Fee, WithJsonSchema({"type": "number", "description": "Dollars, with two decimals."})]


class DoctorList(BaseModel):
    """A page of doctors, by last name."""

    items: list[Doctor]
    next_cursor: str | None = Field(alias="nextCursor")


class DoctorListQuery(NamedListQuery):
    """Filters of the list of doctors; all of them must hold."""

    institution_id: Identifier | None = None
    specialty_id: Identifier | None = None
    professional_status: ProfessionalStatus | None = None


class InstitutionDoctorsQuery(PageQuery):
    """Filters of the list of an institution's doctors; all of them must hold."""

    specialty_id: Identifier | None = None
    professional_status: ProfessionalStatus | None = None


class DoctorDashboard(BaseModel):
    """Counts for a doctor.

    `today_appointments` are those that begin today in the doctor's time zone and were not cancelled;
    `pending_reviews` are the doctor's patients whose validation is pending.
    """

    total_patients: int
    today_appointments: int
    pending_reviews: int


class OwnInstitution(BaseModel):
    """What a doctor sees of its institution."""

    id: str
    name: str
    institution_type: str
    contact_email: str
    website: str | None = None
    region: str | None = None
    is_verified: bool
    is_active: bool


class OwnPatient(BaseModel):
    """What the list of a doctor's patients says of each."""

    id: str
    first_name: str
    last_name: str
    date_of_birth: str | None = None
    mrn: str | None = None
    institution_id: str | None = None
    validation_status: str | None = None


class OwnPatientList(BaseModel):
    """A page of a doctor's own patients, by name; `patient_count` counts those of all pages."""

    patient_count: int
    patients: list[OwnPatient]
    next_cursor: str | None = Field(alias="nextCursor")
