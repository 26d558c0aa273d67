"""GET /patients: the registry's patients, by last and first name.

The search index finds names (without a search engine, the table does), the table finds an MRN; the patients shown
always come from the table.
"""

from intake.registry import name_search, repository
from intake.registry.patient_answer import patient_answer
from intake.registry.patient_models import PatientQuery
from intake.registry.registry_items import patient_id_of
from intake.registry.registry_rules import StoredPatient
from intake.registry.search_index import NamePrefix
from payerworks import json_text
from payerworks.batches import in_parallel
from payerworks.errors import BadInput, Fault
from payerworks.http import Answer, Request, http_operation
from payerworks.validation import query

MAX_PATIENTS = 10_000
"""Patients that the pages show; beyond them, a filter is the faster way."""


@http_operation(
    query="intake.registry.patient_models.PatientQuery",
    answers={200: "intake.registry.patient_models.PatientPage"},
    audit="registry-patient",
)
def handler(request: Request) -> Answer:
    params = query(PatientQuery, request)
    if params.page * params.page_size > MAX_PATIENTS:
        fault = Fault("/page", f"must not go beyond {MAX_PATIENTS:,} patients")
        raise BadInput("Pages end at 10,000 patients: filter by mrn, first_name or last_name.", errors=[fault])
    total, patients = _page(request.tenant, params)
    request.trail.concern("registry-patient", *(patient_id_of(request.tenant, patient.mrn) for patient in patients))
    answer = {
        "total": total,
        "page": params.page,
        "page_size": params.page_size,
        "patients": in_parallel(lambda patient: patient_answer(request.tenant, patient), patients),
    }
    return Answer(200, json_text.write(answer))


def _page(tenant: str, params: PatientQuery) -> tuple[int, list[StoredPatient]]:
    names = NamePrefix(params.last_name or "", params.first_name or "")
    skip = (params.page - 1) * params.page_size
    if params.mrn is not None:
        stored = repository.read_patients(tenant, [params.mrn]).values()
        matches = [patient for patient in stored if names.matches(patient.person)]
        return len(matches), matches[skip : skip + params.page_size]
    total, patient_ids = name_search.find(tenant, names, skip, params.page_size)
    return total, repository.find_patients(tenant, patient_ids)
