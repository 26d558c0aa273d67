"""A patient of the directory as commands read, show and change one."""

from typing import Annotated, Literal, TypedDict

import typer
from pydantic import BaseModel

from payerworks_cli.people.kind import Kind
from payerworks_cli.people.members import YesNo

ValidationStatus = Literal["pending", "validated_by_doctor", "validated_by_institution", "full_access"]
STATUSES_HELP = "pending, validated_by_doctor, validated_by_institution or full_access."
BloodType = Literal["A+", "A-", "B+", "B-", "AB+", "AB-", "O+", "O-"]
AlcoholFrequency = Literal["never", "occasionally", "weekly", "daily"]
PatientId = Annotated[str, typer.Argument(metavar="ID", help="The patient's id.")]
Status = Annotated[ValidationStatus | None, typer.Option("--status", metavar="STATUS", help=STATUSES_HELP)]


class OwnMembers(TypedDict):
    """The options of a patient's members, but for the health profile."""

    first_name: Annotated[str | None, typer.Option(help="The first name.")]
    last_name: Annotated[str | None, typer.Option(help="The last name.")]
    date_of_birth: Annotated[str | None, typer.Option(metavar="DAY", help="Such as 1990-02-14.")]
    contact_email: Annotated[str | None, typer.Option(metavar="ADDRESS", help="The primary e-mail.")]
    doctor_id: Annotated[
        str | None, typer.Option("--doctor", metavar="ID", help="A doctor or an institution is needed.")
    ]
    institution_id: Annotated[
        str | None, typer.Option("--institution", metavar="ID", help="The institution that cares.")
    ]
    emergency_contact_name: Annotated[str | None, typer.Option("--emergency-name", help="Whom to call; needs a phone.")]
    emergency_contact_phone: Annotated[
        str | None, typer.Option("--emergency-phone", metavar="NUMBER", help="Such as +15551234567.")
    ]
    mrn: Annotated[str | None, typer.Option(help="Ties the patient to the visits of the registry.")]
    subscriber_number: Annotated[str | None, typer.Option(metavar="NUMBER", help="Ties the patient to the claims.")]


class HealthMembers(TypedDict):
    """The options of a health profile's members."""

    height_cm: Annotated[float | None, typer.Option(help="In centimetres.")]
    weight_kg: Annotated[float | None, typer.Option(help="In kilograms.")]
    blood_type: Annotated[BloodType | None, typer.Option(metavar="TYPE", help="A+, A-, B+, B-, AB+, AB-, O+ or O-.")]
    is_smoker: Annotated[YesNo | None, typer.Option("--smoker", metavar="yes|no", help="Whether the patient smokes.")]
    smoking_years: Annotated[int | None, typer.Option(metavar="YEARS", help="For how long.")]
    consumes_alcohol: Annotated[
        YesNo | None, typer.Option("--alcohol", metavar="yes|no", help="Whether the patient drinks alcohol.")
    ]
    alcohol_frequency: Annotated[
        AlcoholFrequency | None, typer.Option(metavar="HOW", help="never, occasionally, weekly or daily.")
    ]
    physical_activity_minutes_weekly: Annotated[
        int | None, typer.Option("--active-minutes", metavar="MINUTES", help="Of physical activity in a week.")
    ]
    notes: Annotated[str | None, typer.Option("--health-notes", help="What else the patient says of their health.")]


class PatientMembers(OwnMembers, HealthMembers):
    """The options of a patient's members, those of the health profile too."""


class Patient(BaseModel, extra="allow"):
    """An entry of GET /api/v1/patients; other members are kept."""

    id: str
    first_name: str
    last_name: str
    date_of_birth: str
    mrn: str | None = None
    validation_status: ValidationStatus


def _row(patient: Patient) -> tuple[str, ...]:
    name = f"{patient.last_name}, {patient.first_name}"
    return (patient.id, name, patient.date_of_birth, patient.mrn or "–", patient.validation_status)


PATIENT = Kind(
    noun="patient",
    members=PatientMembers,
    person=Patient,
    columns=("patient", "name", "born", "MRN", "status"),
    row=_row,
    texts=("name",),
    spare=("MRN", "born"),
    parts={"health_profile": tuple(HealthMembers.__annotations__)},
)
