"""The intake bucket: uploaded files, the intermediate results of workers, and lists of rejects.

    patients/…, claims/…             files to ingest, put there by any S3 client, and their mappings (mapping.py)
    …/{tenant}/{id}/{file name}      those uploaded through POST /ingest/uploads
    patients/posted/{id}.csv         the records of POST /ingest: in our own columns, so without a mapping
    unpacked/{tenant}/{task_id}.csv  the content of a gzip file; `….utf8.csv`: that of a file in another encoding
    splits/{tenant}/{task_id}/…      `checkpoint`: the state of an unfinished split; `chunks-{hash}`: a finished split
    contested/{tenant}/{task_id}-{hash}  the hashes of the contested keys of that split, 8 bytes each
    contested/{tenant}/{task_id}/…   how often each contested row of claims occurs, up to the end of a contested chunk
    rejects/{tenant}/{task_id}/…     the rejected rows of each chunk: JSON lines of a row's line and its CSV
    rejects/{tenant}/{task_id}.csv   all rejected rows, if they are too many for an answer
    duplicates/…                     the same of duplicates

Working files live as long as their job is unfinished (working_files.py).

The metadata `tenant` of an object names its tenant (payerworks/tenants.py); without it the tenant is `main`. A
principal that may write to the bucket may write for every tenant; the policy of a presigned upload binds it to one, and
to the `uploader` (uploader.py).
"""

import contextlib
import heapq
import json
from collections.abc import Iterable, Iterator
from typing import Any, Literal, NamedTuple

from intake.files.mapping import MAX_BYTES, mapping_keys
from intake.jobs.jobs import File, FileJob
from intake.jobs.splitting import Chunk
from payerworks.aws import client
from payerworks.settings import settings
from payerworks.tenants import DEFAULT_TENANT

POSTED = "patients/posted/"
BLOCK = 1024 * 1024
PART = 8 * BLOCK
"""Bytes of a part of a multipart upload; the minimum of S3 is 5 MB."""

RowList = Literal["rejects", "duplicates"]
"""The lists of a job's rows; also their folders in the bucket."""

_GONE = frozenset({"NoSuchKey", "NoSuchVersion", "PreconditionFailed"})
"""S3's codes for a version of an object that does not exist, or is no longer the current one."""


class FileGone(Exception):
    """The file of a job, or a working file, does not exist."""


class FoundFile(NamedTuple):
    """A file in the bucket, the tenant that it names, which may be none, and its token of the uploader, or ""."""

    file: File
    tenant: str
    token: str


def find(key: str, version: str | None = None) -> FoundFile | None:
    """The object under a key, or one version of it; None if it does not exist."""
    s3 = client("s3")
    options = {"VersionId": version} if version else {}
    try:
        head = s3.head_object(Bucket=name(), Key=key, **options)
    except s3.exceptions.ClientError as error:
        if error.response["ResponseMetadata"]["HTTPStatusCode"] == 404:
            return None
        raise
    return FoundFile(_file(key, head), _tenant(head), head["Metadata"].get("uploader", ""))


def upload(key: str, text: str, tenant: str, media_type: str = "text/csv", **metadata: str) -> File:
    """Put a file of a tenant under a key, with further metadata."""
    return _file(key, put(key, text.encode(), ContentType=media_type, Metadata={"tenant": tenant} | metadata))


def offer_upload(key: str, tenant: str, token: str, max_bytes: int, seconds: int) -> tuple[str, dict[str, str]]:
    """The URL and form fields of a presigned POST: anyone who has them may upload this key for this tenant.

    The file is then one of the token's uploader.
    """
    metadata = {"x-amz-meta-tenant": tenant, "x-amz-meta-uploader": token}
    conditions = [{field: text} for field, text in metadata.items()]
    offer = client("s3").generate_presigned_post(
        name(), key, metadata, [*conditions, ["content-length-range", 0, max_bytes]], seconds
    )
    return offer["url"], offer["fields"]


def nearest_mapping(key: str, tenant: str) -> tuple[str, bytes] | None:
    """The mapping for a tenant's file under a key: the mapping's key and its first MAX_BYTES + 1 bytes.

    Mappings of other tenants are ignored.
    """
    s3 = client("s3")
    for mapping_key in () if key.startswith(POSTED) else mapping_keys(key):
        try:
            answer = s3.get_object(Bucket=name(), Key=mapping_key)
        except s3.exceptions.NoSuchKey:
            continue
        with contextlib.closing(answer["Body"]) as body:
            if _tenant(answer) == tenant:
                return mapping_key, body.read(MAX_BYTES + 1)
    return None


def upload_parts(key: str, blocks: Iterable[bytes], **headers: str) -> dict[str, Any]:
    """Put an object part by part: readers see all of it or nothing."""
    s3 = client("s3")
    upload_id = s3.create_multipart_upload(Bucket=name(), Key=key, **headers)["UploadId"]
    target = {"Bucket": name(), "Key": key, "UploadId": upload_id}
    parts: list[dict[str, object]] = []
    try:
        for number, part in enumerate(_parts(blocks), start=1):
            tag = s3.upload_part(**target, PartNumber=number, Body=part)["ETag"]
            parts.append({"PartNumber": number, "ETag": tag})
    except BaseException:
        s3.abort_multipart_upload(**target)
        raise
    answer: dict[str, Any] = s3.complete_multipart_upload(**target, MultipartUpload={"Parts": parts})
    return answer


def _parts(blocks: Iterable[bytes]) -> Iterator[bytes]:
    part = bytearray()
    for block in blocks:
        part += block
        if len(part) >= PART:
            yield bytes(part)
            part.clear()
    yield bytes(part)


def stream(file: File, start: int = 0, end: int | None = None) -> Iterator[bytes]:
    """A file's bytes from `start` to before `end`, a megabyte at a time. Raises FileGone."""
    options = {"IfMatch": file.version} if file.version.startswith('"') else {}
    if file.version and not options:
        options["VersionId"] = file.version
    if start or end is not None:
        options["Range"] = f"bytes={start}-{'' if end is None else end - 1}"
    s3 = client("s3")
    try:
        answer = s3.get_object(Bucket=name(), Key=file.key, **options)
    except s3.exceptions.ClientError as error:
        if error.response["Error"]["Code"] == "InvalidRange":
            return  # the file ends where the range begins
        if error.response["Error"]["Code"] in _GONE:
            raise FileGone(file.key) from None
        raise
    # A server may ignore a range and send all (RFC 9110, section 14.2), as emulators do for older versions.
    offset = start if "ContentRange" in answer else 0
    for block in answer["Body"].iter_chunks(BLOCK):
        yield block[max(0, start - offset) : None if end is None else max(0, end - offset)]
        offset += len(block)


def write_rows(job: FileJob, chunk: Chunk, of: RowList, rows: Iterable[tuple[int, str]]) -> None:
    """Store the rejects or duplicates of a chunk as CSV, each with its line, in the order of their lines."""
    body = "\n".join(json.dumps(row, ensure_ascii=False) for row in rows).encode()
    put(f"{_rows_prefix(job, of, chunk.contested)}{chunk.number:07d}.jsonl", body)


def read_rows(job: FileJob, of: RowList) -> Iterator[str]:
    """The rejects or duplicates of all loaded chunks, in the order of their lines, with two chunks in memory."""
    # Contested chunks cover the same lines as the plain ones, so their rows are merged in.
    rows = heapq.merge(_rows_of_chunks(job, of, False), _rows_of_chunks(job, of, True))
    return (text for _, text in rows)


def _rows_of_chunks(job: FileJob, of: RowList, contested: bool) -> Iterator[tuple[int, str]]:
    pages = client("s3").get_paginator("list_objects_v2")
    for page in pages.paginate(Bucket=name(), Prefix=_rows_prefix(job, of, contested)):
        for entry in page.get("Contents", ()):
            for row in read(entry["Key"]).decode().split("\n"):
                line, text = json.loads(row)
                yield line, text


def offer_rows(job: FileJob, of: RowList, text: Iterable[bytes]) -> str:
    """Put a list that is too large for an answer into the bucket. Returns a URL valid for five minutes."""
    s3, key = client("s3"), f"{of}/{job.tenant}/{job.task_id}.csv"
    upload_parts(key, text, ContentType="text/csv", ContentDisposition=rows_disposition(job, of))
    url: str = s3.generate_presigned_url("get_object", Params={"Bucket": name(), "Key": key}, ExpiresIn=300)
    return url


def rows_disposition(job: FileJob, of: RowList) -> str:
    """The Content-Disposition that names the list of a job's rejects or duplicates."""
    return f'attachment; filename="{of}-{job.task_id}.csv"'


def _file(key: str, answer: dict[str, Any]) -> File:
    version = answer.get("VersionId")
    return File(key, version if version and version != "null" else answer["ETag"])


def _tenant(answer: dict[str, Any]) -> str:
    tenant: str = answer["Metadata"].get("tenant", DEFAULT_TENANT)
    return tenant


def name() -> str:
    """The name of the bucket."""
    return settings().intake_bucket


def put(key: str, body: bytes, **options: Any) -> dict[str, Any]:
    """Put an object."""
    answer: dict[str, Any] = client("s3").put_object(Bucket=name(), Key=key, Body=body, **options)
    return answer


def read(key: str) -> bytes:
    """The content of an object. Raises FileGone."""
    s3 = client("s3")
    try:
        body: bytes = s3.get_object(Bucket=name(), Key=key)["Body"].read()
    except s3.exceptions.NoSuchKey:
        raise FileGone(key) from None
    return body


def _rows_prefix(job: FileJob, of: RowList, contested: bool) -> str:
    return f"{of}/{job.tenant}/{job.task_id}/{'contested' if contested else 'plain'}/"
