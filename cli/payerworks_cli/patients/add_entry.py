"""`payerworks patients add-entry`: write a condition, a medication, an allergy or an illness in the family."""

from payerworks_cli.headers import key_header
from payerworks_cli.patients.entry import EntryMembers, KindOfEntry, entries_path, show_entry
from payerworks_cli.patients.patient import PatientId
from payerworks_cli.people.members import Members, naming_options, with_members
from payerworks_cli.session import AsJson, session
from payerworks_cli.target import Target


@with_members(EntryMembers, ("name",))
def add_entry(
    patient_id: PatientId, kind: KindOfEntry, members: Members, *, target: Target, as_json: AsJson = False
) -> None:
    """Write an entry. The treating doctor or an administrator may.

    Example: payerworks patients add-entry 0f1e2d3c conditions --name Asthma --code-system ICD-10-CM --code J45.909
    """
    with session(target, as_json=as_json) as (terminal, api):
        with naming_options(EntryMembers):
            path = entries_path(patient_id, kind)
            answer = api.ask("POST", path, expect=(201,), json=members, headers=key_header())
        if as_json:
            print(answer.text)
        else:
            show_entry(answer, terminal)
