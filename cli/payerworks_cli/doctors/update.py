"""`payerworks doctors update`: change a doctor."""

from payerworks_cli.doctors.doctor import DOCTOR, DoctorId, DoctorMembers
from payerworks_cli.headers import IfMatch
from payerworks_cli.people.members import Clear, Members, with_members
from payerworks_cli.people.update_person import update_person
from payerworks_cli.session import AsJson
from payerworks_cli.target import Target


@with_members(DoctorMembers)
def update(
    doctor_id: DoctorId,
    members: Members,
    clear: Clear = None,
    if_match: IfMatch = None,
    *,
    target: Target,
    as_json: AsJson = False,
) -> None:
    """Change what is given of a doctor; the rest stays. Doctors themselves can change a part of it.

    Example: payerworks doctors update 0f1e2d3c --status suspended --clear institution
    """
    update_person(DOCTOR, doctor_id, members, clear, target, if_match=if_match, as_json=as_json)
