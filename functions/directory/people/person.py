"""A person of the directory as it is stored: an institution, a doctor or a patient."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from payerworks import json_text
from payerworks.http import Answer

PersonKind = Literal["institution", "doctor", "patient"]
Profile = Mapping[str, Any]
"""The members of a person that its model has, as JSON values; those without a value are left out."""


@dataclass(frozen=True, slots=True)
class Person:
    """An institution, a doctor or a patient; times in ISO 8601.

    version     rises by one with every change; the ETag
    deleted_at  empty unless the person is deleted
    contacts    the records of e-mails, phones and addresses, by these names
    """

    tenant: str
    kind: PersonKind
    person_id: str
    user_id: str
    profile: Profile
    contacts: Mapping[str, Any] = field(default_factory=dict)
    version: int = 1
    created_at: str = ""
    updated_at: str = ""
    deleted_at: str = ""

    @property
    def etag(self) -> str:
        return f'"{self.version}"'


def person_text(person: Person, further: Mapping[str, Any] = {}) -> str:
    """A person as JSON text: the id, the profile, the id of its user, the times, and `further` members."""
    return json_text.write(
        {
            "id": person.person_id,
            **person.profile,
            "user_id": person.user_id,
            "created_at": person.created_at,
            "updated_at": person.updated_at,
            **({"deleted_at": person.deleted_at} if person.deleted_at else {}),
            **further,
        }
    )


def person_answer(person: Person, status: int = 200) -> Answer:
    """A person with its ETag."""
    return Answer(status, person_text(person), {"ETag": person.etag})
