"""`payerworks institutions doctors`: the doctors of an institution."""

from payerworks_cli.doctors.doctor import DOCTOR, Specialty, Status
from payerworks_cli.institutions.institution import INSTITUTION, InstitutionId
from payerworks_cli.people.people_list import Limit, list_people
from payerworks_cli.session import AsJson
from payerworks_cli.target import Target


def list_doctors(
    institution_id: InstitutionId,
    specialty_id: Specialty = None,
    status: Status = None,
    limit: Limit = 20,
    *,
    target: Target,
    as_json: AsJson = False,
) -> None:
    """List the doctors of an institution by last name.

    Example: payerworks institutions doctors 0f1e2d3c --status active
    """
    filters = {"specialty_id": specialty_id, "professional_status": status}
    path = f"{INSTITUTION.path_of(institution_id)}/doctors"
    list_people(DOCTOR, filters, limit, target, as_json=as_json, path=path)
