"""What a patient is."""

import datetime
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, Field

from auth.users.rights import ValidationStatus
from directory.contacts.models import Phone
from directory.people.iso_day import IsoDay
from directory.people.models import ContactEmail, NamedListQuery, NewLogin, PersonMembers, all_optional
from payerworks.days import latest_today
from payerworks.paging import PageQuery
from payerworks.texts import Identifier, Name, prose

EARLIEST_BIRTH = datetime.date(1900, 1, 1)
MAX_NOTES = 2000
MINUTES_OF_A_WEEK = 7 * 24 * 60
BloodType = Literal["A+", "A-", "B+", "B-", "AB+", "AB-", "O+", "O-"]
AlcoholFrequency = Literal["never", "occasionally", "weekly", "daily"]


def _birth_date(day: datetime.date) -> datetime.date:
    if not EARLIEST_BIRTH <= day <= latest_today():
        raise ValueError("must be between 1900-01-01 and today")
    return day


def _notes(value: Any) -> str:
    return prose(value, MAX_NOTES)


BirthDate = Annotated[IsoDay, AfterValidator(_birth_date)]


class HealthProfile(BaseModel, strict=True, extra="forbid"):
    """What patients say of their health; a PUT replaces it as a whole."""

    height_cm: float | None = Field(None, ge=20, le=300)
    weight_kg: float | None = Field(None, ge=1, le=700)
    blood_type: BloodType | None = None
    is_smoker: bool | None = None
    smoking_years: int | None = Field(None, ge=0, le=120)
    consumes_alcohol: bool | None = None
    alcohol_frequency: AlcoholFrequency | None = None
    physical_activity_minutes_weekly: int | None = Field(None, ge=0, le=MINUTES_OF_A_WEEK)
    notes: Annotated[str, BeforeValidator(_notes)] | None = Field(None, max_length=MAX_NOTES)


class PatientMembers(BaseModel, strict=True, extra="forbid"):
    """What of a patient can be set. A doctor or an institution is needed, and of the emergency contact both or none.

    `mrn` ties the patient to the registry, `subscriber_number` to the claims.
    """

    first_name: Name
    last_name: Name
    date_of_birth: BirthDate
    doctor_id: Identifier | None = None
    institution_id: Identifier | None = None
    emergency_contact_name: Name | None = None
    emergency_contact_phone: Phone | None = None
    contact_email: ContactEmail
    mrn: Identifier | None = None
    subscriber_number: Identifier | None = None
    health_profile: HealthProfile | None = None


class PatientProfile(PatientMembers):
    """What a patient is; `validation_status` changes by POST /api/v1/patients/{id}/validation alone."""

    validation_status: ValidationStatus


class NewPatient(NewLogin, PatientMembers):
    """A patient to make, with its login."""


PatientChanges = all_optional("PatientChanges", PatientMembers)


class DirectoryPatient(PersonMembers, PatientProfile):
    """A patient."""


class DirectoryPatientList(BaseModel):
    """A page of patients, by last and first name."""

    items: list[DirectoryPatient]
    next_cursor: str | None = Field(alias="nextCursor")


class PatientListQuery(NamedListQuery):
    """Filters of the list of patients; all of them must hold."""

    doctor_id: Identifier | None = None
    institution_id: Identifier | None = None
    validation_status: ValidationStatus | None = None


class OwnPatientsQuery(PageQuery):
    """A filter of the list of an institution's patients."""

    validation_status: ValidationStatus | None = None
