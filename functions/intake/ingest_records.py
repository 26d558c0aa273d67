"""POST /ingest: take all of a request's records or none, as a CSV file that a job loads into the registry."""

import csv
import io
from collections.abc import Iterable

import pydantic

from intake.files.columns import PRESETS
from intake.files.row_models import MAX_RECORDS, IngestRecord
from intake.jobs import bucket, job_repository
from intake.jobs.job_models import IngestAccepted
from intake.jobs.jobs import task_id_of
from intake.jobs.uploader import uploader_token
from intake.registry.registry_items import patient_id_of
from payerworks import json_text
from payerworks.errors import BadInput, Fault
from payerworks.http import Answer, Request, http_operation
from payerworks.idempotency import idempotent
from payerworks.json_text import Json
from payerworks.validation import faults, refuse

COLUMNS = tuple(PRESETS["patients and visits"])
MAX_FAULTS = 1000


@http_operation(
    body="intake.files.row_models.IngestRecords",
    answers={202: "intake.jobs.job_models.IngestAccepted"},
    errors=(409, 413, 415, 422),
    headers=("Idempotency-Key",),
    audit="file",
    announces=True,
)
def handler(request: Request) -> Answer:
    value = json_text.read(request.body())
    return idempotent(request, value, lambda seed: _ingest(request, _records(value), seed))


def _records(value: Json) -> list[IngestRecord]:
    if not isinstance(value, list) or not 1 <= len(value) <= MAX_RECORDS:
        raise BadInput(f"The body must be a list of 1 to {MAX_RECORDS:,} records.")
    records: list[IngestRecord] = []
    record_faults: list[Fault] = []
    for number, entry in enumerate(value):
        try:
            records.append(IngestRecord.model_validate(entry))
        except pydantic.ValidationError as error:
            record_faults += faults(error, number)
        if len(record_faults) >= MAX_FAULTS:
            break
    refuse(record_faults, "The records are not valid; none was taken.")
    return records


def _ingest(request: Request, records: list[IngestRecord], seed: str) -> Answer:
    # An earlier try with this Idempotency-Key may have put the file and died: then its file and job are the answer.
    key = f"{bucket.POSTED}{seed}.csv"
    mrns = dict.fromkeys(record.mrn for record in records)
    request.trail.concern("registry-patient", *(patient_id_of(request.tenant, mrn) for mrn in mrns))
    request.trail.announce()
    stored = bucket.find(key)
    token = uploader_token(request.trail, request.tenant, key)
    file = stored.file if stored else bucket.upload(key, _csv(records), request.tenant, uploader=token)
    task_id = task_id_of(request.tenant, file)
    job_repository.add_queued(request.tenant, task_id, file)
    accepted = IngestAccepted(
        message="The records are in a file; a job loads them into the registry.",
        records_received=len(records),
        csv_filename=key,
        task_id=task_id,
    )
    return Answer(202, accepted.model_dump_json())


def _csv(records: Iterable[IngestRecord]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    writer.writerows([getattr(record, column) for column in COLUMNS] for record in records)
    return text.getvalue()
