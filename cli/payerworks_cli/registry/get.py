"""`payerworks registry get`: a patient with the latest visits."""

import shlex
from typing import Annotated
from urllib.parse import quote

import typer

from payerworks_cli.answer import Answer
from payerworks_cli.api import Api
from payerworks_cli.registry.list_patients import PATH
from payerworks_cli.registry.patient import Patient
from payerworks_cli.session import AsJson, show_answer
from payerworks_cli.target import Target
from payerworks_cli.terminal import Terminal

PatientId = Annotated[
    str, typer.Argument(metavar="ID", help="The patient's id, as `payerworks registry list` shows it.")
]


def get(patient_id: PatientId, *, target: Target, as_json: AsJson = False) -> None:
    """Show a patient with the latest visits, newest first.

    Example: payerworks registry get 0f1e2d3c
    """

    def by_mrn(_: Api, terminal: Terminal) -> str:
        look = terminal.command(f"registry list --mrn {shlex.quote(patient_id)}")
        return f"`{look}` finds a patient by MRN."

    path = f"{PATH}/{quote(patient_id, safe='')}"
    show_answer("GET", path, _show, target, as_json=as_json, if_missing=by_mrn)


def _show(answer: Answer, terminal: Terminal) -> None:
    patient = answer.parse(Patient)
    person = patient.person
    terminal.line(f"Patient {patient.id}", style="bold")
    name = f"{person.first_name} {person.last_name}"
    terminal.pairs(
        [("MRN", patient.mrn), ("name", name), ("born", person.birth_date), ("visits", f"{patient.visits_count:,}")]
    )
    rows = [(visit.visit_account_number, visit.visit_date, visit.reason or "–") for visit in patient.visits]
    terminal.table(("account number", "date", "reason"), rows, texts=("reason",))
