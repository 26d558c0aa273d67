"""`payerworks patients change-entry`: correct or end an entry."""

from payerworks_cli.headers import IfMatch, if_match_header
from payerworks_cli.patients.entry import EntryId, EntryMembers, KindOfEntry, entry_path, show_entry
from payerworks_cli.patients.patient import PatientId
from payerworks_cli.people.members import Clear, Members, changes_of, naming_options, with_members
from payerworks_cli.session import AsJson, session
from payerworks_cli.target import Target


@with_members(EntryMembers)
def change_entry(
    patient_id: PatientId,
    kind: KindOfEntry,
    entry_id: EntryId,
    members: Members,
    clear: Clear = None,
    if_match: IfMatch = None,
    *,
    target: Target,
    as_json: AsJson = False,
) -> None:
    """Change what is given of an entry; its versions stay readable. The treating doctor or an administrator may.

    Example: payerworks patients change-entry 0f1e2d3c medications 3c2d1e0f --until 2026-11-30
    """
    with session(target, as_json=as_json) as (terminal, api):
        changes = changes_of(EntryMembers, members, clear)
        with naming_options(EntryMembers):
            path = entry_path(patient_id, kind, entry_id)
            answer = api.ask("PUT", path, json=changes, headers=if_match_header(if_match))
        if as_json:
            print(answer.text)
        else:
            show_entry(answer, terminal)
