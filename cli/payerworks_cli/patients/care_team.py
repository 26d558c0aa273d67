"""`payerworks patients care-team`: the doctor and the institution of a patient."""

from pydantic import BaseModel

from payerworks_cli.answer import Answer
from payerworks_cli.patients.patient import PATIENT, PatientId
from payerworks_cli.session import AsJson, show_answer
from payerworks_cli.target import Target
from payerworks_cli.terminal import Terminal


class CareMember(BaseModel):
    """A doctor or an institution of a patient; only a doctor has a specialty."""

    id: str
    name: str
    specialty_id: str | None
    contact_email: str


def care_team(patient_id: PatientId, *, target: Target, as_json: AsJson = False) -> None:
    """Show who cares for a patient.

    Example: payerworks patients care-team 0f1e2d3c
    """
    show_answer("GET", f"{PATIENT.path_of(patient_id)}/care-team", _show, target, as_json=as_json)


def _show(answer: Answer, terminal: Terminal) -> None:
    team = answer.parse(dict[str, CareMember | None])
    rows = [
        (role, member.id, member.name, member.specialty_id or "–", member.contact_email)
        for role, member in team.items()
        if member
    ]
    columns = ("role", "id", "name", "specialty", "e-mail")
    terminal.table(columns, rows, texts=("name",), spare=("specialty", "e-mail"))
