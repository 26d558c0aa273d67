"""Queries and answers about the registry's patients."""

from pydantic import BaseModel, Field

from payerworks.texts import Identifier, Name
from payerworks.validation import QueryModel


class PatientPerson(BaseModel):
    """Who a patient is."""

    first_name: str
    last_name: str
    birth_date: str


class PatientVisit(BaseModel):
    """A visit of a patient."""

    id: str
    visit_account_number: str
    visit_date: str
    reason: str


class Patient(BaseModel):
    """A patient with the latest 20 visits, newest first."""

    id: str
    mrn: str
    person: PatientPerson
    visits: list[PatientVisit]
    visits_count: int


class PatientPage(BaseModel):
    """A page of patients, by last and first name."""

    total: int
    page: int
    page_size: int
    patients: list[Patient]


class PatientQuery(QueryModel):
    """Filters of the registry. Names match by their beginning, in any case."""

    mrn: Identifier | None = None
    first_name: Name | None = None
    last_name: Name | None = None
    page: int = Field(1, ge=1)
    page_size: int = Field(20, ge=1, le=100)
