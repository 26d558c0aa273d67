"""A patient as GET /patients shows one (patient_models.Patient)."""

from dataclasses import asdict

from intake.registry import repository
from intake.registry.registry_items import patient_id_of, visit_id_of
from intake.registry.registry_rules import StoredPatient
from payerworks.json_text import Json

MAX_VISITS = 20


def patient_answer(tenant: str, patient: StoredPatient) -> dict[str, Json]:
    """The patient with the latest visits, which this reads. Raises Unavailable."""
    identity = {"id": patient_id_of(tenant, patient.mrn), "mrn": patient.mrn, "person": asdict(patient.person)}
    return {**identity, **visits_answer(tenant, patient.mrn)}


def visits_answer(tenant: str, mrn: str) -> dict[str, Json]:
    """The latest visits with an MRN, and the number of all, whether or not the registry has a patient with it.

    Raises Unavailable.
    """
    visits, count = repository.latest_visits(tenant, patient_id_of(tenant, mrn), MAX_VISITS)
    return {
        "visits": [
            {
                "id": visit_id_of(tenant, visit.account_number),
                "visit_account_number": visit.account_number,
                "visit_date": visit.date,
                "reason": visit.reason,
            }
            for visit in visits
        ],
        "visits_count": count,
    }
