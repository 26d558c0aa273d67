"""The records of e-mails, phones and addresses that institutions, doctors and patients have."""

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, Field

from auth.users.models import Email
from payerworks.texts import Identifier, Name

MAX_RECORDS = 20
"""Records of one sort that a person has."""
Phone = Annotated[str, Field(pattern=r"^\+[1-9][0-9]{6,14}$", examples=["+15551234567"])]
"""A telephone number with its country's code, without blanks (ITU-T E.164, section 6.2.1)."""
Country = Annotated[str, Field(pattern=r"^[A-Z]{2}$", examples=["US"])]
"""A country in two letters (ISO 3166-1 alpha-2)."""


class NewRecord(BaseModel, strict=True, extra="forbid"):
    """What all records have. `id` names the record that is kept or changed; one without it is new."""

    id: Identifier | None = None
    is_primary: bool = False
    is_verified: bool | None = Field(None, description="For the directory's staff; otherwise it stays as it is.")


class NewEmail(NewRecord):
    """An e-mail."""

    email_address: Email
    type: Literal["work", "personal", "billing", "other"] = "work"


class NewPhone(NewRecord):
    """A telephone number in E.164."""

    number: Phone
    type: Literal["mobile", "work", "home", "fax", "other"] = "mobile"


class NewAddress(NewRecord):
    """A postal address."""

    lines: Annotated[list[Name], Field(min_length=1, max_length=5)]
    city: Name
    region: Name | None = None
    postal_code: Identifier | None = None
    country: Country
    type: Literal["work", "home", "billing", "mailing", "other"] = "work"


def _with_one_primary(records: Sequence[NewRecord]) -> Sequence[NewRecord]:
    primary = sum(record.is_primary for record in records)
    if records and primary != 1:
        raise ValueError("must have exactly one primary record")
    if any(times > 1 for name, times in Counter(record.id for record in records).items() if name):
        raise ValueError("must not have the same id twice")
    return records


def _distinct(name: str) -> Callable[[Sequence[Any]], Sequence[Any]]:
    def check(records: Sequence[Any]) -> Sequence[Any]:
        if len({getattr(record, name) for record in records}) < len(records):
            raise ValueError(f"must not have the same {name} twice")
        return records

    return check


_RECORDS = (Field(max_length=MAX_RECORDS), AfterValidator(_with_one_primary))


class ContactChanges(BaseModel, strict=True, extra="forbid"):
    """The lists that change, each whole; the others stay as they are. The primary e-mail is the `contact_email`."""

    emails: (
        Annotated[list[NewEmail], Field(min_length=1), *_RECORDS, AfterValidator(_distinct("email_address"))] | None
    ) = None
    phones: Annotated[list[NewPhone], *_RECORDS, AfterValidator(_distinct("number"))] | None = None
    addresses: Annotated[list[NewAddress], *_RECORDS] | None = None


class _Record(BaseModel):
    id: str
    is_primary: bool
    is_verified: bool


class EmailRecord(_Record):
    """An e-mail of a person."""

    email_address: str
    type: str


class PhoneRecord(_Record):
    """A telephone number of a person, in E.164."""

    number: str
    type: str


class AddressRecord(_Record):
    """A postal address of a person."""

    lines: list[str]
    city: str
    region: str | None = None
    postal_code: str | None = None
    country: str
    type: str


class Contacts(BaseModel):
    """How to reach a person; of each sort exactly one record is primary, where there is any."""

    emails: list[EmailRecord]
    phones: list[PhoneRecord]
    addresses: list[AddressRecord]
