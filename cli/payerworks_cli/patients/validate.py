"""`payerworks patients validate`: the next step of a patient's validation."""

from typing import Annotated, Literal, get_args

import typer

from payerworks_cli.api import Api
from payerworks_cli.errors import BadInput
from payerworks_cli.headers import IfMatch, if_match_header, key_header
from payerworks_cli.patients.patient import PATIENT, Patient, PatientId, ValidationStatus
from payerworks_cli.people.person import advising_etag, show_person
from payerworks_cli.session import AsJson, session
from payerworks_cli.target import Target

NextStatus = Literal["validated_by_doctor", "validated_by_institution", "full_access"]


def validate(
    patient_id: PatientId,
    status: Annotated[
        NextStatus | None,
        typer.Option(
            metavar="STATUS",
            help="validated_by_doctor, validated_by_institution or full_access; without it, the patient's next one.",
        ),
    ] = None,
    reason: Annotated[str | None, typer.Option(metavar="TEXT", help="Why; kept in the patient's history.")] = None,
    if_match: IfMatch = None,
    *,
    target: Target,
    as_json: AsJson = False,
) -> None:
    """Take the next step of a patient's validation: the doctor first, then the institution, then an administrator.

    Example: payerworks patients validate 0f1e2d3c --reason "seen in person"
    """
    path = PATIENT.path_of(patient_id)
    with session(target, as_json=as_json) as (terminal, api):
        step = {"status": status or _next_status(api, path)} | ({"reason": reason} if reason else {})
        headers = key_header() | if_match_header(if_match)
        with advising_etag(PATIENT, patient_id, terminal):
            answer = api.ask("POST", f"{path}/validation", json=step, headers=headers)
        if as_json:
            print(answer.text)
        else:
            show_person(PATIENT, answer, terminal)


def _next_status(api: Api, path: str) -> ValidationStatus:
    """The status after the patient's own. Raises BadInput if there is none."""
    statuses: tuple[ValidationStatus, ...] = get_args(ValidationStatus)
    place = statuses.index(api.ask("GET", path).parse(Patient).validation_status) + 1
    if place == len(statuses):
        raise BadInput("The patient has full access already: there is no further step.")
    return statuses[place]
