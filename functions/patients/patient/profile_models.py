"""Who cares for a patient, and how to reach a patient."""

from typing import Any

from pydantic import BaseModel


class CareMember(BaseModel):
    """A doctor or an institution of a patient; only a doctor has a specialty."""

    id: str
    name: str
    specialty_id: str | None
    contact_email: str


class CareTeam(BaseModel):
    """Who cares for a patient; null for whom the patient does not have."""

    doctor: CareMember | None
    institution: CareMember | None


class ContactProfile(BaseModel):
    """A patient's name and the records of their e-mails, phones and addresses."""

    id: str
    first_name: str
    last_name: str
    emails: list[dict[str, Any]]
    phones: list[dict[str, Any]]
    addresses: list[dict[str, Any]]
