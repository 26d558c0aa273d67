"""`payerworks patients update`: change a patient."""

from payerworks_cli.headers import IfMatch
from payerworks_cli.patients.patient import PATIENT, PatientId, PatientMembers
from payerworks_cli.people.members import Clear, Members, with_members
from payerworks_cli.people.update_person import update_person
from payerworks_cli.session import AsJson
from payerworks_cli.target import Target


@with_members(PatientMembers)
def update(
    patient_id: PatientId,
    members: Members,
    clear: Clear = None,
    if_match: IfMatch = None,
    *,
    target: Target,
    as_json: AsJson = False,
) -> None:
    """Change what is given of a patient; the rest stays. Patients themselves can change a part of it.

    Example: payerworks patients update 0f1e2d3c --weight-kg 71.5 --clear emergency-name
        --clear emergency-phone
    """
    update_person(PATIENT, patient_id, members, clear, target, if_match=if_match, as_json=as_json)
