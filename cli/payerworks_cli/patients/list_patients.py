"""`payerworks patients list`: the patients of the directory that match filters."""

from typing import Annotated

import typer

from payerworks_cli.patients.patient import PATIENT, Status
from payerworks_cli.people.people_list import Deleted, FirstName, LastName, Limit, list_people
from payerworks_cli.session import AsJson
from payerworks_cli.target import Target


def list_patients(
    last_name: LastName = None,
    first_name: FirstName = None,
    doctor_id: Annotated[str | None, typer.Option("--doctor", metavar="ID", help="Of this doctor.")] = None,
    institution_id: Annotated[
        str | None, typer.Option("--institution", metavar="ID", help="Of this institution.")
    ] = None,
    status: Status = None,
    deleted: Deleted = False,
    limit: Limit = 20,
    *,
    target: Target,
    as_json: AsJson = False,
) -> None:
    """List patients by last and first name.

    Example: payerworks patients list --status pending --last-name moo
    """
    filters = {
        "last_name": last_name,
        "first_name": first_name,
        "doctor_id": doctor_id,
        "institution_id": institution_id,
        "validation_status": status,
        "deleted": deleted or None,
    }
    list_people(PATIENT, filters, limit, target, as_json=as_json)
