"""`payerworks institutions get`: an institution as it is stored."""

from payerworks_cli.institutions.institution import INSTITUTION, InstitutionId
from payerworks_cli.people.person import get_person
from payerworks_cli.session import AsJson
from payerworks_cli.target import Target


def get(institution_id: InstitutionId, *, target: Target, as_json: AsJson = False) -> None:
    """Show an institution, with the ETag that --if-match takes.

    Example: payerworks institutions get 0f1e2d3c
    """
    get_person(INSTITUTION, institution_id, target, as_json=as_json)
