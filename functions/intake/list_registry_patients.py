"""GET /patients: the registry's patients, by last and first name.

Names are looked up in the search index, an MRN in the table; what is shown is always the table's.
"""

from intake.registry import repository, search_index
from intake.registry.names import NamePrefix
from intake.registry.patient_answer import patient_answer
from intake.registry.patient_models import PatientQuery
from intake.registry.registry_rules import StoredPatient
from payerworks import json_text
from payerworks.batches import in_parallel
from payerworks.errors import BadInput, Fault
from payerworks.http import Answer, Request, http_operation
from payerworks.validation import query

DEEPEST = 10_000
"""How many patients the pages show; beyond them, a filter finds one sooner."""


@http_operation(
    query="intake.registry.patient_models.PatientQuery",
    answers={200: "intake.registry.patient_models.PatientPage"},
)
def handler(request: Request) -> Answer:
    wanted = query(PatientQuery, request)
    if wanted.page * wanted.page_size > DEEPEST:
        fault = Fault("/page", f"must not go beyond {DEEPEST:,} patients")
        raise BadInput("Pages end at 10,000 patients: filter by mrn, first_name or last_name.", errors=[fault])
    total, patients = _found(request.tenant, wanted)
    page = {
        "total": total,
        "page": wanted.page,
        "page_size": wanted.page_size,
        "patients": in_parallel(lambda patient: patient_answer(request.tenant, patient), patients),
    }
    return Answer(200, json_text.write(page))


def _found(tenant: str, wanted: PatientQuery) -> tuple[int, list[StoredPatient]]:
    names = NamePrefix(wanted.last_name or "", wanted.first_name or "")
    skip = (wanted.page - 1) * wanted.page_size
    if wanted.mrn is not None:
        stored = repository.read_patients(tenant, [wanted.mrn.strip()]).values()
        fitting = [patient for patient in stored if names.fits(patient.person)]
        return len(fitting), fitting[skip : skip + wanted.page_size]
    total, ids = search_index.find(tenant, names, skip, wanted.page_size)
    return total, repository.find_patients(tenant, ids)
