"""A patient as GET /patients shows one (models.Patient)."""

from intake.registry import repository
from intake.registry.registry_items import patient_id, visit_id
from intake.registry.registry_rules import StoredPatient
from payerworks.json_text import Json

LATEST = 20
"""How many visits are shown."""


def patient_answer(tenant: str, patient: StoredPatient) -> dict[str, Json]:
    """The patient with the latest visits, which are read."""
    own_id, person = patient_id(tenant, patient.mrn), patient.person
    visits, count = repository.latest_visits(tenant, own_id, LATEST)
    shown = [
        {
            "id": visit_id(tenant, visit.account_number),
            "visit_account_number": visit.account_number,
            "visit_date": visit.date,
            "reason": visit.reason,
        }
        for visit in visits
    ]
    return {
        "id": own_id,
        "mrn": patient.mrn,
        "person": {
            "first_name": person.first_name,
            "last_name": person.last_name,
            "birth_date": person.birth_date,
        },
        "visits": shown,
        "visits_count": count,
    }
