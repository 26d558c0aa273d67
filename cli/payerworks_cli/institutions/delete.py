"""`payerworks institutions delete`: delete an institution."""

from payerworks_cli.headers import IfMatch
from payerworks_cli.institutions.institution import INSTITUTION, InstitutionId
from payerworks_cli.people.deletion import delete_person
from payerworks_cli.session import AsJson
from payerworks_cli.target import Target


def delete(institution_id: InstitutionId, if_match: IfMatch = None, *, target: Target, as_json: AsJson = False) -> None:
    """Delete an institution: all sessions end. `restore` undoes it; until then, what is unique stays taken.

    Example: payerworks institutions delete 0f1e2d3c
    """
    delete_person(INSTITUTION, institution_id, target, if_match=if_match, as_json=as_json)
