"""`payerworks doctors list`: the doctors that match filters."""

from typing import Annotated

import typer

from payerworks_cli.doctors.doctor import DOCTOR, Specialty, Status
from payerworks_cli.people.people_list import Deleted, FirstName, LastName, Limit, list_people
from payerworks_cli.session import AsJson
from payerworks_cli.target import Target


def list_doctors(
    last_name: LastName = None,
    first_name: FirstName = None,
    institution_id: Annotated[
        str | None, typer.Option("--institution", metavar="ID", help="Of this institution.")
    ] = None,
    specialty_id: Specialty = None,
    status: Status = None,
    deleted: Deleted = False,
    limit: Limit = 20,
    *,
    target: Target,
    as_json: AsJson = False,
) -> None:
    """List doctors by last name.

    Example: payerworks doctors list --last-name fie --specialty cardiology
    """
    filters = {
        "last_name": last_name,
        "first_name": first_name,
        "institution_id": institution_id,
        "specialty_id": specialty_id,
        "professional_status": status,
        "deleted": deleted or None,
    }
    list_people(DOCTOR, filters, limit, target, as_json=as_json)
