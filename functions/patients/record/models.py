"""The medical record of a patient."""

from pydantic import BaseModel

from claims.claim.models import Claim
from intake.registry.patient_models import PatientVisit
from patients.entries.models import Entry, StoredNotes
from patients.patient.models import DirectoryPatient


class MedicalRecord(BaseModel):
    """All that is known of a patient's health.

    visits  the latest 20 of the registry, by the patient's MRN, newest first; `visits_count` is the number of all
    claims  the latest 20 by the patient's subscriber number; left out for callers who may not list claims
    notes   null as long as no doctor wrote any
    """

    profile: DirectoryPatient
    conditions: list[Entry]
    medications: list[Entry]
    allergies: list[Entry]
    family_history: list[Entry]
    notes: StoredNotes | None
    visits: list[PatientVisit]
    visits_count: int
    claims: list[Claim] | None = None
