"""`payerworks patients entries`: conditions, medications, allergies or family history of a patient."""

from payerworks_cli.patients.entry import Entry, KindOfEntry, entries_path, show_entries
from payerworks_cli.patients.patient import PatientId
from payerworks_cli.people.people_list import Limit
from payerworks_cli.session import AsJson, session
from payerworks_cli.target import Target
from payerworks_cli.terminal import counted, more_by


def entries(
    patient_id: PatientId, kind: KindOfEntry, limit: Limit = 20, *, target: Target, as_json: AsJson = False
) -> None:
    """List the entries of one kind that doctors wrote for a patient; those that began last come first.

    Example: payerworks patients entries 0f1e2d3c conditions
    """
    with session(target, as_json=as_json) as (terminal, api):
        found = list(api.items(entries_path(patient_id, kind), Entry, {}, limit + 1))
        shown, more = found[:limit], len(found) > limit
        terminal.json({"items": [entry.model_dump() for entry in shown], "more": more})
        show_entries(shown, terminal)
        terminal.line(f"{counted(len(shown), 'entry', 'entries')}{more_by(10 * limit) if more else ''}")
