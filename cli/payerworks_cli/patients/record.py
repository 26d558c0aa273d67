"""`payerworks patients record`: all that is known of a patient's health."""

from decimal import Decimal

from pydantic import BaseModel, Field

from payerworks_cli.answer import Answer
from payerworks_cli.patients.entry import Entry, show_entries
from payerworks_cli.patients.patient import PATIENT, Patient, PatientId
from payerworks_cli.session import AsJson, show_answer
from payerworks_cli.shown_values import dollars, second
from payerworks_cli.target import Target
from payerworks_cli.terminal import Terminal


class Notes(BaseModel):
    """A doctor's notes, who wrote them, and when."""

    notes: str
    by: str
    at: str


class RecordVisit(BaseModel):
    """A visit of the registry."""

    visit_account_number: str
    visit_date: str
    reason: str | None = None


class RecordClaim(BaseModel):
    """A claim of the patient."""

    id: str
    service_date: str
    submitted_procedure: str
    net_fee: Decimal
    status: str


class MedicalRecord(BaseModel):
    """An answer of GET /api/v1/patients/{id}/medical-record; no claims for who may not list claims."""

    profile: Patient
    conditions: list[Entry]
    medications: list[Entry]
    allergies: list[Entry]
    family_history: list[Entry]
    notes: Notes | None
    visits: list[RecordVisit]
    visits_count: int
    claims: list[RecordClaim] = Field(default_factory=list)


def record(patient_id: PatientId, *, target: Target, as_json: AsJson = False) -> None:
    """Show the medical record of a patient: entries and notes of doctors, and the latest visits and claims.

    Example: payerworks patients record 0f1e2d3c
    """
    show_answer("GET", record_path(patient_id), _show, target, as_json=as_json)


def record_path(patient_id: str) -> str:
    """The path of a patient's medical record."""
    return f"{PATIENT.path_of(patient_id)}/medical-record"


def _show(answer: Answer, terminal: Terminal) -> None:
    record = answer.parse(MedicalRecord)
    profile = record.profile
    terminal.line(f"Patient {profile.id}", style="bold")
    name = f"{profile.first_name} {profile.last_name}"
    pairs = [("name", name), ("born", profile.date_of_birth), ("MRN", profile.mrn or "–")]
    terminal.pairs([*pairs, ("status", profile.validation_status), ("visits", f"{record.visits_count:,}")])
    for title, entries in (
        ("Conditions", record.conditions),
        ("Medications", record.medications),
        ("Allergies", record.allergies),
        ("Family history", record.family_history),
    ):
        if entries:
            terminal.line(title, style="bold")
            show_entries(entries, terminal)
    if record.notes:
        terminal.line(f"Notes of {second(record.notes.at)}, by {record.notes.by}", style="bold")
        terminal.line(record.notes.notes)
    if record.visits:
        terminal.line("Latest visits", style="bold")
        rows = [(each.visit_account_number, each.visit_date, each.reason or "–") for each in record.visits]
        terminal.table(("account number", "date", "reason"), rows, texts=("reason",))
    if record.claims:
        terminal.line("Latest claims", style="bold")
        claims = [
            (each.id, each.service_date, each.submitted_procedure, dollars(each.net_fee), each.status)
            for each in record.claims
        ]
        terminal.table(("claim", "served", "procedure", "net fee", "status"), claims, spare=("procedure",))
