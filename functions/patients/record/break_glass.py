"""Break-glass access: a doctor in an emergency reads a patient whom they do not see, and the patient's history says so.

A setting allows it (BreakGlass in template.yaml).
"""

from dataclasses import replace
from urllib.parse import unquote

from directory.people import repository
from directory.people.changes import retried
from directory.people.person import Person
from directory.people.relations import person_in_path, practising_doctor
from directory.people.repository import Change
from patients.patient.kind import PATIENT
from patients.validation.models import MAX_REASON
from payerworks.errors import BadInput, NotFound
from payerworks.http import Request
from payerworks.log import logger
from payerworks.settings import settings
from payerworks.texts import prose
from payerworks.times import now


def readable_patient(request: Request) -> Person:
    """The patient in the path, whom the caller sees or breaks the glass for.

    Raises NotFound; it says whether a reason would help, whether or not there is such a patient.
    """
    try:
        return person_in_path(request, "patient")
    except NotFound as error:
        if not settings().break_glass or request.user_type != "doctor":
            raise
        if "x-break-glass" not in request.headers:
            raise NotFound(error.detail, members={"break_glass": True}) from None
    reason = _reason(request)
    request.trail.give_reason(reason)
    request.trail.announce()
    patient = retried(PATIENT, lambda: _noted(request, reason))
    logger().warning(
        "break glass", extra={"request_id": request.id, "user_id": request.user_id, "route": request.route}
    )
    return patient


_EXTENDED = "utf-8''"


def _reason(request: Request) -> str:
    """The reason in the header. A header has ASCII alone: other texts come as RFC 8187 writes them (section 3.2)."""
    given = request.headers["x-break-glass"]
    try:
        if given[: len(_EXTENDED)].lower() == _EXTENDED:
            given = unquote(given[len(_EXTENDED) :], errors="strict")
        reason = prose(given, MAX_REASON)
    except ValueError:
        reason = ""
    if not reason:
        raise BadInput(f"X-Break-Glass must be a reason of 1 to {MAX_REASON} characters.")
    return reason


def _noted(request: Request, reason: str) -> Person:
    """The patient, once the history says who reads them and why: this comes before any answer."""
    practising_doctor(request)
    before = repository.get_person(request.tenant, "patient", request.path("id"))
    if before is None or before.deleted_at:
        raise NotFound("No patient has this id.")
    # A version of its own, with another `updated_at`: so the ETag and the document still change together.
    after = replace(before, version=before.version + 1, updated_at=now())
    repository.change_person(PATIENT, before, after, Change("break_glass", request.user_id, request.id, reason))
    return after
