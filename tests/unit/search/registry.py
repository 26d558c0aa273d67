"""Patients in the table, and the index beside them."""

from intake.registry import repository
from intake.registry.registry_items import patient_id_of
from intake.registry.registry_rules import Person, StoredPatient


def store(mrn: str, last: str = "Field", tenant: str = "acme") -> tuple[str, str]:
    """Store a patient, or change one that is stored; its tenant and id."""
    held = repository.read_patients(tenant, [mrn])
    version = held[mrn].version if held else 0
    patient = StoredPatient(mrn, Person("Ada", last, "1990-02-14"), f"stamp {version}", "job#1", version=version)
    assert repository.write_patients(tenant, [patient], held) == set()
    return tenant, patient_id_of(tenant, mrn)
