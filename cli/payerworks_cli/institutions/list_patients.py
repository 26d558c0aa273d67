"""`payerworks institutions patients`: the patients of an institution."""

from payerworks_cli.institutions.institution import INSTITUTION, InstitutionId
from payerworks_cli.patients.patient import PATIENT, Status
from payerworks_cli.people.people_list import Limit, list_people
from payerworks_cli.session import AsJson
from payerworks_cli.target import Target


def list_patients(
    institution_id: InstitutionId,
    status: Status = None,
    limit: Limit = 20,
    *,
    target: Target,
    as_json: AsJson = False,
) -> None:
    """List the patients of an institution by last and first name.

    Example: payerworks institutions patients 0f1e2d3c --status pending
    """
    path = f"{INSTITUTION.path_of(institution_id)}/patients"
    list_people(PATIENT, {"validation_status": status}, limit, target, as_json=as_json, path=path)
