"""POST /ingest/uploads: offer a presigned POST for a file of any size, which goes straight to S3."""

import datetime

from intake.files.mapping import NAME, field_faults
from intake.jobs import bucket
from intake.jobs.job_models import IngestUpload, IngestUploadRequest
from payerworks import json_text
from payerworks.errors import Fault
from payerworks.http import Answer, Request, http_operation
from payerworks.idempotency import idempotent
from payerworks.validation import checked, refuse

LIFE_SECONDS = 3600
MAX_BYTES = 5 * 1024**3
"""What S3 takes in one POST."""


@http_operation(
    body="intake.jobs.job_models.IngestUploadRequest",
    answers={201: "intake.jobs.job_models.IngestUpload"},
    errors=(409, 413, 415, 422),
    headers=("Idempotency-Key",),
)
def handler(request: Request) -> Answer:
    body = request.body()
    wanted = checked(IngestUploadRequest, json_text.read(body), "The upload is not valid.")
    if wanted.mapping:
        wrong = field_faults(wanted.mapping, wanted.kind)
        refuse((Fault(f"/mapping{fault.pointer}", fault.message) for fault in wrong), "The mapping is not valid.")
    # Only the key is kept for a repeat with the same Idempotency-Key: a signature is a secret, and ends sooner.
    kept = idempotent(request, body, lambda seed: Answer(201, _prepared(request.tenant, wanted, seed)))
    return Answer(201, _offer(request.tenant, kept.text or ""), kept.headers)


def _prepared(tenant: str, wanted: IngestUploadRequest, seed: str) -> str:
    """The key of the file to come, in a folder of its own, where its mapping is then."""
    folder = f"{wanted.kind}/{tenant}/{seed}"
    if wanted.mapping:
        bucket.upload(f"{folder}/{NAME}", wanted.mapping.model_dump_json(), tenant, "application/json")
    return f"{folder}/{wanted.filename}"


def _offer(tenant: str, key: str) -> str:
    ends = datetime.datetime.now(datetime.UTC) + datetime.timedelta(seconds=LIFE_SECONDS)
    url, fields = bucket.offer_upload(key, tenant, MAX_BYTES, LIFE_SECONDS)
    expires_at = ends.isoformat(timespec="seconds")
    return IngestUpload(url=url, fields=fields, key=key, expires_at=expires_at, max_bytes=MAX_BYTES).model_dump_json()
