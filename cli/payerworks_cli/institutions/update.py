"""`payerworks institutions update`: change an institution."""

from payerworks_cli.headers import IfMatch
from payerworks_cli.institutions.institution import INSTITUTION, InstitutionId, InstitutionMembers
from payerworks_cli.people.members import Clear, Members, with_members
from payerworks_cli.people.update_person import update_person
from payerworks_cli.session import AsJson
from payerworks_cli.target import Target


@with_members(InstitutionMembers)
def update(
    institution_id: InstitutionId,
    members: Members,
    clear: Clear = None,
    if_match: IfMatch = None,
    *,
    target: Target,
    as_json: AsJson = False,
) -> None:
    """Change what is given of an institution; the rest stays. An institution itself can change a part of it.

    Example: payerworks institutions update 0f1e2d3c --region North --clear website
    """
    update_person(INSTITUTION, institution_id, members, clear, target, if_match=if_match, as_json=as_json)
