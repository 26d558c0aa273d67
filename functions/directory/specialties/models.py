"""What answers say of specialties."""

from pydantic import BaseModel, Field


class SpecialtyAnswer(BaseModel):
    """A specialty; `code` is of the Health Care Provider Taxonomy (NUCC)."""

    id: str
    name: str
    code: str


class SpecialtyList(BaseModel):
    """All specialties, by name; there is never a second page."""

    items: list[SpecialtyAnswer]
    next_cursor: None = Field(alias="nextCursor")
