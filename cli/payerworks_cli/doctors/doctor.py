"""A doctor as commands read, show and change one."""

from typing import Annotated, Literal, TypedDict

import typer
from pydantic import BaseModel

from payerworks_cli.people.kind import Kind

ProfessionalStatus = Literal["active", "suspended", "retired"]
DoctorId = Annotated[str, typer.Argument(metavar="ID", help="The doctor's id.")]
Specialty = Annotated[
    str | None, typer.Option("--specialty", metavar="ID", help="As `payerworks doctors specialties` lists them.")
]
Status = Annotated[
    ProfessionalStatus | None, typer.Option("--status", metavar="STATUS", help="active, suspended or retired.")
]


class DoctorMembers(TypedDict):
    """The options of a doctor's members."""

    first_name: Annotated[str | None, typer.Option(help="The first name.")]
    last_name: Annotated[str | None, typer.Option(help="The last name.")]
    medical_license: Annotated[str | None, typer.Option(metavar="NUMBER", help="No two have the same.")]
    contact_email: Annotated[str | None, typer.Option(metavar="ADDRESS", help="The primary e-mail.")]
    institution_id: Annotated[
        str | None, typer.Option("--institution", metavar="ID", help="The institution that the doctor is of.")
    ]
    specialty_id: Specialty
    years_experience: Annotated[int | None, typer.Option(metavar="YEARS", help="How long a doctor.")]
    consultation_fee: Annotated[str | None, typer.Option(metavar="DOLLARS", help="Such as 120 or 120.50.")]
    professional_status: Status
    time_zone: Annotated[
        str | None, typer.Option(metavar="ZONE", help="Decides which day is today, such as America/New_York.")
    ]


class Doctor(BaseModel, extra="allow"):
    """An entry of GET /api/v1/doctors; other members are kept."""

    id: str
    first_name: str
    last_name: str
    medical_license: str
    specialty_id: str
    professional_status: str


def _row(doctor: Doctor) -> tuple[str, ...]:
    name = f"{doctor.last_name}, {doctor.first_name}"
    return (doctor.id, name, doctor.specialty_id, doctor.medical_license, doctor.professional_status)


DOCTOR = Kind(
    noun="doctor",
    members=DoctorMembers,
    person=Doctor,
    columns=("doctor", "name", "specialty", "license", "status"),
    row=_row,
    texts=("name",),
    spare=("license", "specialty"),
)
