"""An entry of a patient: a condition, a medication, an allergy, an illness in the family, or the doctor's notes."""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

from payerworks import json_text
from payerworks.json_text import Json

EntryKind = Literal["conditions", "medications", "allergies", "family-history"]
"""The kinds of entries, as paths name them."""
ENTRY_KINDS: Sequence[EntryKind] = get_args(EntryKind)
NOTES: Literal["notes"] = "notes"
"""The kind and the id of the one entry that holds a doctor's notes."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One version of an entry; `by` is the user who wrote it, `at` the time (ISO 8601).

    members  what the kind's model has, as JSON values; those without a value are left out
    """

    kind: str
    entry_id: str
    members: Mapping[str, Any]
    version: int
    by: str
    at: str

    @property
    def etag(self) -> str:
        return f'"{self.version}"'

    def is_current(self, today: datetime.date) -> bool:
        """Whether it has not ended: it has no `until`, or one that is not past."""
        return str(self.members.get("until", today)) >= str(today)


def answered(entry: Entry) -> dict[str, Json]:
    """An entry as answers show it (models.Entry)."""
    return {"id": entry.entry_id, **entry.members, "by": entry.by, "at": entry.at, "version": entry.version}


def entry_text(entry: Entry) -> str:
    """An entry as JSON text (models.Entry)."""
    return json_text.write(answered(entry))


def of_kind(entries: Iterable[Entry], kind: str) -> list[Entry]:
    """The entries of one kind: those that began last first, those without a beginning at the end; then by id."""
    found = sorted((entry for entry in entries if entry.kind == kind), key=lambda entry: entry.entry_id)
    return sorted(found, key=lambda entry: str(entry.members.get("since", "")), reverse=True)
