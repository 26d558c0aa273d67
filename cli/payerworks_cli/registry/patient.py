"""A patient of the registry as commands read it."""

from pydantic import BaseModel


class Person(BaseModel):
    """Who a patient is."""

    first_name: str
    last_name: str
    birth_date: str


class Visit(BaseModel, extra="allow"):
    """A visit of a patient; other members are kept."""

    visit_account_number: str
    visit_date: str
    reason: str | None = None


class Patient(BaseModel, extra="allow"):
    """A patient with the latest visits, newest first; other members are kept."""

    id: str
    mrn: str
    person: Person
    visits: list[Visit]
    visits_count: int
