"""What an institution is."""

from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, Field

from directory.people.iso_day import IsoDay
from directory.people.models import ContactEmail, NewLogin, PersonListQuery, PersonMembers, all_optional
from payerworks.texts import Identifier, Name

InstitutionType = Literal["clinic", "hospital", "insurer", "preventive_clinic", "health_center"]
MAX_URL = 300


def _web_address(text: str) -> str:
    try:
        parts = urlsplit(text)
        is_one = parts.scheme in ("http", "https") and bool(parts.hostname) and text.isprintable() and " " not in text
    except ValueError:
        is_one = False
    if not is_one:
        raise ValueError("must be a web address, such as https://example.com")
    return text


Website = Annotated[str, Field(max_length=MAX_URL), AfterValidator(_web_address)]


class InstitutionProfile(BaseModel, strict=True, extra="forbid"):
    """What an institution is; `is_active` false: nobody can be assigned to it."""

    name: Name
    institution_type: InstitutionType
    license_number: Identifier
    contact_email: ContactEmail
    website: Website | None = None
    region: Name | None = None
    is_verified: bool = False
    is_active: bool = True
    accrediting_body: Name | None = None
    accredited_until: IsoDay | None = None


class NewInstitution(NewLogin, InstitutionProfile):
    """An institution to make, with its login."""


InstitutionChanges = all_optional("InstitutionChanges", InstitutionProfile)


class Institution(PersonMembers, InstitutionProfile):
    """An institution."""


class InstitutionList(BaseModel):
    """A page of institutions, by name."""

    items: list[Institution]
    next_cursor: str | None = Field(alias="nextCursor")


class InstitutionListQuery(PersonListQuery):
    """Filters of the list of institutions; all of them must hold."""

    name: Name | None = Field(None, description="How the name begins, in any case.")
    institution_type: InstitutionType | None = Field(None, alias="type")
    region: Name | None = None
    is_verified: bool | None = None
    is_active: bool | None = None
    accredited_until: IsoDay | None = Field(None, description="Those whose accreditation ends on this day or earlier.")


class InstitutionCount(BaseModel):
    """How many institutions of a type a region has; `region` is null for those without one."""

    institution_type: InstitutionType
    region: str | None
    count: int


class InstitutionCounts(BaseModel):
    """The numbers of institutions, deleted ones left out, by type and region."""

    total: int
    items: list[InstitutionCount]
