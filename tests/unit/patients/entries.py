"""Entries of patients, made by the API's own calls."""

from typing import Any, get_args

from patients import create_patient_entry
from patients.entries.entry import EntryKind
from tests.unit.directory.people import call

KINDS: tuple[str, ...] = get_args(EntryKind)
ENTRY = {"name": "Essential hypertension", "code_system": "ICD-10-CM", "code": "I10", "since": "2024-05-02"}


def entry(**changes: Any) -> dict[str, Any]:
    """The body that makes an entry; a member that is None is left out."""
    return {name: value for name, value in {**ENTRY, **changes}.items() if value is not None}


def add(person_id: str, kind: str = "conditions", token: str = "", **changes: Any) -> dict[str, Any]:
    """The answer to a call that adds an entry."""
    headers = changes.pop("headers", {})
    name, path = "patients/create_patient_entry", {"id": person_id, "kind": kind}
    return call(create_patient_entry.handler, name, token, path=path, body=entry(**changes), headers=headers)
