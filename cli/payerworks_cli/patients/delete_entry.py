"""`payerworks patients delete-entry`: take an entry out of its list."""

from payerworks_cli.headers import IfMatch, if_match_header
from payerworks_cli.patients.entry import EntryId, KindOfEntry, entry_path
from payerworks_cli.patients.patient import PatientId
from payerworks_cli.session import AsJson, session
from payerworks_cli.target import Target


def delete_entry(
    patient_id: PatientId,
    kind: KindOfEntry,
    entry_id: EntryId,
    if_match: IfMatch = None,
    *,
    target: Target,
    as_json: AsJson = False,
) -> None:
    """Take an entry out of its list; its versions stay readable. The treating doctor or an administrator may.

    Example: payerworks patients delete-entry 0f1e2d3c allergies 3c2d1e0f
    """
    with session(target, as_json=as_json) as (terminal, api):
        path = entry_path(patient_id, kind, entry_id)
        api.ask("DELETE", path, expect=(204,), headers=if_match_header(if_match))
        terminal.json({"ok": True})
        terminal.line(f"Entry {entry_id} is deleted; its versions stay readable")
