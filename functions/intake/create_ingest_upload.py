"""POST /ingest/uploads: offer a presigned POST that sends a file of up to 5 GB straight to S3."""

import datetime

from intake.files.mapping import MAPPING_NAME, field_faults
from intake.jobs import bucket
from intake.jobs.job_models import IngestUpload, IngestUploadRequest
from intake.jobs.uploader import uploader_token
from payerworks import json_text
from payerworks.errors import Fault
from payerworks.http import Answer, Request, http_operation
from payerworks.idempotency import idempotent
from payerworks.json_text import Json
from payerworks.validation import checked

LIFE_SECONDS = 3600
MAX_BYTES = 5 * 1024**3
"""The limit of S3 for one POST."""


@http_operation(
    body="intake.jobs.job_models.IngestUploadRequest",
    answers={201: "intake.jobs.job_models.IngestUpload"},
    errors=(409, 413, 415, 422),
    headers=("Idempotency-Key",),
    audit="file",
)
def handler(request: Request) -> Answer:
    value = json_text.read(request.body())
    upload = checked(IngestUploadRequest, value, "The upload is not valid.", _mapping_faults(value))
    # Only the key is kept for a repeat with the same Idempotency-Key: a signature is a secret, and expires sooner.
    kept = idempotent(request, value, lambda seed: Answer(201, _prepare(request.tenant, upload, seed)))
    return Answer(201, _offer(request, kept.text or ""), kept.headers)


def _mapping_faults(value: Json) -> list[Fault]:
    if not isinstance(value, dict):
        return []
    faults = field_faults(value.get("mapping"), value.get("kind", "patients"))
    return [Fault(f"/mapping{fault.pointer}", fault.message) for fault in faults]


def _prepare(tenant: str, upload: IngestUploadRequest, seed: str) -> str:
    """The file's key, in a folder of its own; puts the file's mapping, if any, into that folder."""
    folder = f"{upload.kind}/{tenant}/{seed}"
    if upload.mapping:
        bucket.upload(
            f"{folder}/{MAPPING_NAME}", upload.mapping.model_dump_json(exclude_unset=True), tenant, "application/json"
        )
    return f"{folder}/{upload.filename}"


def _offer(request: Request, key: str) -> str:
    expires = datetime.datetime.now(datetime.UTC) + datetime.timedelta(seconds=LIFE_SECONDS)
    token = uploader_token(request.trail, request.tenant, key)
    url, fields = bucket.offer_upload(key, request.tenant, token, MAX_BYTES, LIFE_SECONDS)
    return IngestUpload(
        url=url, fields=fields, key=key, expires_at=expires.isoformat(timespec="seconds"), max_bytes=MAX_BYTES
    ).model_dump_json()
