"""`payerworks registry list`: the registry's patients, by name."""

from itertools import count
from typing import Annotated

import typer
from pydantic import BaseModel

from payerworks_cli.api import PAGE, Api
from payerworks_cli.registry.patient import Patient
from payerworks_cli.session import AsJson, session
from payerworks_cli.target import Target
from payerworks_cli.terminal import counted, more_by

PATH = "/patients"
COLUMNS = ("patient", "MRN", "born", "visits", "last name", "first name")


class PatientPage(BaseModel):
    """An answer of GET /patients."""

    total: int
    patients: list[Patient]


def list_patients(
    mrn: Annotated[str | None, typer.Option(help="The patient with this MRN.")] = None,
    last_name: Annotated[str | None, typer.Option(help="Last names that begin so, in any case.")] = None,
    first_name: Annotated[str | None, typer.Option(help="First names that begin so, in any case.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="How many to show.")] = 20,
    *,
    target: Target,
    as_json: AsJson = False,
) -> None:
    """List the registry's patients by last and first name.

    Example: payerworks registry list --last-name fie --limit 100
    """
    filters = {"mrn": mrn, "last_name": last_name, "first_name": first_name}
    with session(target, as_json=as_json) as (terminal, api):
        total, patients = find_patients(api, limit, filters)
        more = total > len(patients)
        terminal.json({"items": [patient.model_dump() for patient in patients], "total": total, "more": more})
        rows = [
            (
                patient.id,
                patient.mrn,
                patient.person.birth_date,
                f"{patient.visits_count:,}",
                patient.person.last_name,
                patient.person.first_name,
            )
            for patient in patients
        ]
        terminal.table(COLUMNS, rows, texts=("last name", "first name"))
        of_all = f" of {total:,}{more_by(total, 'all')}" if more else ""
        terminal.line(f"{counted(len(patients), 'patient')}{of_all}")


def find_patients(api: Api, limit: int, filters: dict[str, str | None]) -> tuple[int, list[Patient]]:
    """The number of patients that match all filters, and the first `limit` of them."""
    params = {name: value for name, value in filters.items() if value is not None}
    found: list[Patient] = []
    for number in count(1):
        query = params | {"page": str(number), "page_size": str(min(limit, PAGE))}
        page = api.ask("GET", PATH, params=query).parse(PatientPage)
        found += page.patients
        if len(found) >= min(limit, page.total) or not page.patients:
            break
    return page.total, found[:limit]
