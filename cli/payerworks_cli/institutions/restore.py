"""`payerworks institutions restore`: undo the deletion of an institution."""

from payerworks_cli.headers import IfMatch
from payerworks_cli.institutions.institution import INSTITUTION, InstitutionId
from payerworks_cli.people.deletion import restore_person
from payerworks_cli.session import AsJson
from payerworks_cli.target import Target


def restore(
    institution_id: InstitutionId, if_match: IfMatch = None, *, target: Target, as_json: AsJson = False
) -> None:
    """Undo the deletion of an institution, which is as it was and can log in again. An administrator may.

    Example: payerworks institutions restore 0f1e2d3c
    """
    restore_person(INSTITUTION, institution_id, target, if_match=if_match, as_json=as_json)
