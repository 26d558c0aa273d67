"""`payerworks institutions history`: the changes of an institution, newest first."""

from payerworks_cli.institutions.institution import INSTITUTION, InstitutionId
from payerworks_cli.people.history import show_history
from payerworks_cli.people.people_list import Limit
from payerworks_cli.session import AsJson
from payerworks_cli.target import Target


def history(institution_id: InstitutionId, limit: Limit = 20, *, target: Target, as_json: AsJson = False) -> None:
    """Show who changed an institution, when and why; a deleted one has a history too.

    Example: payerworks institutions history 0f1e2d3c --limit 5
    """
    show_history(INSTITUTION, institution_id, limit, target, as_json=as_json)
