"""An institution as commands read, show and change it."""

from typing import Annotated, Literal, TypedDict

import typer
from pydantic import BaseModel

from payerworks_cli.people.kind import Kind
from payerworks_cli.people.members import YesNo

InstitutionType = Literal["clinic", "hospital", "insurer", "preventive_clinic", "health_center"]
TYPES_HELP = "clinic, hospital, insurer, preventive_clinic or health_center."
InstitutionId = Annotated[str, typer.Argument(metavar="ID", help="The institution's id.")]
Type = Annotated[InstitutionType | None, typer.Option("--type", metavar="TYPE", help=TYPES_HELP)]
Verified = Annotated[
    YesNo | None, typer.Option("--verified", metavar="yes|no", help="Whether somebody checked what it says.")
]
Active = Annotated[
    YesNo | None, typer.Option("--active", metavar="yes|no", help="Whether people can be assigned to it.")
]


class InstitutionMembers(TypedDict):
    """The options of an institution's members."""

    name: Annotated[str | None, typer.Option(help="What it is called.")]
    institution_type: Type
    license_number: Annotated[str | None, typer.Option(metavar="NUMBER", help="No two have the same.")]
    contact_email: Annotated[str | None, typer.Option(metavar="ADDRESS", help="The primary e-mail.")]
    website: Annotated[str | None, typer.Option(metavar="URL", help="Such as https://example.com.")]
    region: Annotated[str | None, typer.Option(help="Where it is; institutions are counted by it.")]
    is_verified: Verified
    is_active: Active
    accrediting_body: Annotated[str | None, typer.Option(help="Who accredited it.")]
    accredited_until: Annotated[str | None, typer.Option(metavar="DAY", help="The last day of its accreditation.")]


class Institution(BaseModel, extra="allow"):
    """An entry of GET /api/v1/institutions; other members are kept."""

    id: str
    name: str
    institution_type: str
    region: str | None = None
    accredited_until: str | None = None
    is_active: bool


def _row(institution: Institution) -> tuple[str, ...]:
    return (
        institution.id,
        institution.name,
        institution.institution_type,
        institution.region or "–",
        institution.accredited_until or "–",
        "active" if institution.is_active else "inactive",
    )


INSTITUTION = Kind(
    noun="institution",
    members=InstitutionMembers,
    person=Institution,
    columns=("institution", "name", "type", "region", "accredited until", "state"),
    row=_row,
    texts=("name", "region"),
    spare=("accredited until", "region", "state"),
)
