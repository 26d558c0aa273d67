"""Put together the medical record of a patient."""

from claims.storage.list_repository import ClaimFilter, list_claims
from directory.people.person import Person, person_text
from intake.registry.patient_answer import visits_answer
from intake.registry.registry_items import patient_id_of
from patients.entries.entry import ENTRY_KINDS, NOTES, Entry, answered, of_kind
from patients.entries.repository import read_entries
from payerworks import json_text
from payerworks.http import Answer, Request
from payerworks.json_text import Json

MOST_CLAIMS = 20


def record_answer(request: Request, patient: Person) -> Answer:
    """200 with the record (models.MedicalRecord): one Query of the directory, and what registry and claims need."""
    entries = read_entries(patient.tenant, patient.person_id)
    if mrn := patient.profile.get("mrn"):
        request.trail.concern("registry-patient", patient_id_of(patient.tenant, mrn))
    lists = {kind.replace("-", "_"): [answered(entry) for entry in of_kind(entries, kind)] for kind in ENTRY_KINDS}
    notes = next((notes_answer(entry) for entry in entries if entry.kind == NOTES), None)
    record = {"profile": json_text.read(person_text(patient)), **lists, "notes": notes, **_visits(patient)}
    if request.has_right("GET /claims"):
        record["claims"] = _claims(request, patient)
    return Answer(200, json_text.write(record))


def notes_answer(entry: Entry) -> dict[str, Json]:
    """A doctor's notes as answers show them (entries/models.StoredNotes)."""
    return {**entry.members, "by": entry.by, "at": entry.at, "version": entry.version}


def _visits(patient: Person) -> dict[str, Json]:
    if "mrn" not in patient.profile:
        return {"visits": [], "visits_count": 0}
    return visits_answer(patient.tenant, patient.profile["mrn"])


def _claims(request: Request, patient: Person) -> list[Json]:
    if "subscriber_number" not in patient.profile:
        return []
    request.trail.concern("subscriber", patient.profile["subscriber_number"])
    own = ClaimFilter(subscriber_number=patient.profile["subscriber_number"])
    return [json_text.read(claim.text) for claim in list_claims(patient.tenant, own, None, MOST_CLAIMS).claims]
