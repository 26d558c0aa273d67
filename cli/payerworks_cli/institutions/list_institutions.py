"""`payerworks institutions list`: the institutions that match filters."""

from typing import Annotated

import typer

from payerworks_cli.institutions.institution import INSTITUTION, Active, Type, Verified
from payerworks_cli.people.members import is_yes
from payerworks_cli.people.people_list import Deleted, Limit, list_people
from payerworks_cli.session import AsJson
from payerworks_cli.target import Target


def list_institutions(
    name: Annotated[str | None, typer.Option(help="Names that begin so, in any case.")] = None,
    institution_type: Type = None,
    region: Annotated[str | None, typer.Option(help="In this region.")] = None,
    verified: Verified = None,
    active: Active = None,
    accredited_until: Annotated[
        str | None, typer.Option(metavar="DAY", help="Whose accreditation ends on this day or earlier.")
    ] = None,
    deleted: Deleted = False,
    limit: Limit = 20,
    *,
    target: Target,
    as_json: AsJson = False,
) -> None:
    """List institutions by name.

    Example: payerworks institutions list --type clinic --accredited-until 2027-01-31
    """
    filters = {
        "name": name,
        "type": institution_type,
        "region": region,
        "is_verified": is_yes(verified),
        "is_active": is_yes(active),
        "accredited_until": accredited_until,
        "deleted": deleted or None,
    }
    list_people(INSTITUTION, filters, limit, target, as_json=as_json)
