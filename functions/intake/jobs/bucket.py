"""The intake bucket: files as they were uploaded, what workers make of them, and lists of rejects.

    patients/…, claims/…             files to ingest, put there by any S3 client, and the mappings that tell how to
                                     read them (mapping.py)
    …/{tenant}/{id}/{file name}      of these, the uploads that POST /ingest/uploads offered
    patients/posted/{id}.csv         the records that POST /ingest took: in our own columns, so without a mapping
    unpacked/{tenant}/{task_id}.csv  what a gzip file holds
    splits/{tenant}/{task_id}/…      `checkpoint`: where the split of a file goes on; `chunks`: what it came to
    contested/{tenant}/{task_id}     the hashes of a file's contested keys, 8 bytes each
    rejects/{tenant}/{task_id}/…     the rejected rows of each chunk: JSON lines of a row's line and its CSV
    rejects/{tenant}/{task_id}.csv   all of them, where they are too many for an answer

A file is its uploader's tenant's: the metadata `tenant` names it, else it is `main`. Who may write to the bucket may
write for every tenant; a presigned upload is bound to one by its policy.
"""

import contextlib
import heapq
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import astuple
from typing import Any

from intake.files.mapping import MAX_BYTES, mapping_keys
from intake.jobs.jobs import File, FileJob
from intake.jobs.splitting import Chunk
from payerworks.aws import client
from payerworks.settings import settings

DEFAULT_TENANT = "main"
POSTED = "patients/posted/"
BLOCK = 1024 * 1024
PART = 8 * BLOCK
"""Bytes of a part of a multipart upload; S3 wants at least 5 MB."""


def find(key: str, version: str | None = None) -> tuple[File, str] | None:
    """The object under a key, or one version of it, and its tenant; None where there is none."""
    s3 = client("s3")
    wanted = {"VersionId": version} if version else {}
    try:
        head = s3.head_object(Bucket=_bucket(), Key=key, **wanted)
    except s3.exceptions.ClientError as error:
        if error.response["ResponseMetadata"]["HTTPStatusCode"] == 404:
            return None
        raise
    return _file(key, head), _tenant(head)


def upload(key: str, text: str, tenant: str, media_type: str = "text/csv") -> File:
    """Put a file under a key, for a tenant."""
    content = text.encode()
    put = client("s3").put_object(
        Bucket=_bucket(), Key=key, Body=content, ContentType=media_type, Metadata={"tenant": tenant}
    )
    return _file(key, put)


def offer_upload(key: str, tenant: str, max_bytes: int, seconds: int) -> tuple[str, dict[str, str]]:
    """A POST of one file under this key, for this tenant, that whoever has it may send to S3: its URL and fields."""
    owner = {"x-amz-meta-tenant": tenant}
    offer = client("s3").generate_presigned_post(
        _bucket(), key, owner, [owner, ["content-length-range", 0, max_bytes]], seconds
    )
    return offer["url"], offer["fields"]


def nearest_mapping(key: str, tenant: str) -> tuple[str, bytes] | None:
    """The mapping that counts for a tenant's file under a key: its own key and its beginning, one byte over the limit.

    A mapping of another tenant does not count.
    """
    s3 = client("s3")
    for place in () if key.startswith(POSTED) else mapping_keys(key):
        try:
            found = s3.get_object(Bucket=_bucket(), Key=place)
        except s3.exceptions.NoSuchKey:
            continue
        with contextlib.closing(found["Body"]) as body:
            if _tenant(found) == tenant:
                return place, body.read(MAX_BYTES + 1)
    return None


def upload_unpacked(job: FileJob, blocks: Iterable[bytes]) -> File:
    """Put what a gzip file holds beside it, part by part; a reader sees all of it or nothing."""
    key = _unpacked_key(job)
    return _file(key, _upload_parts(key, blocks))


def find_unpacked(job: FileJob) -> File | None:
    """What the job's gzip file was unpacked to; None where it was not yet."""
    found = find(_unpacked_key(job))
    return found[0] if found else None


def _upload_parts(key: str, blocks: Iterable[bytes], **headers: str) -> dict[str, Any]:
    s3 = client("s3")
    upload_id = s3.create_multipart_upload(Bucket=_bucket(), Key=key, **headers)["UploadId"]
    target = {"Bucket": _bucket(), "Key": key, "UploadId": upload_id}
    parts: list[dict[str, object]] = []
    try:
        for number, part in enumerate(_parts(blocks), start=1):
            tag = s3.upload_part(**target, PartNumber=number, Body=part)["ETag"]
            parts.append({"PartNumber": number, "ETag": tag})
    except BaseException:
        s3.abort_multipart_upload(**target)
        raise
    done: dict[str, Any] = s3.complete_multipart_upload(**target, MultipartUpload={"Parts": parts})
    return done


def _parts(blocks: Iterable[bytes]) -> Iterator[bytes]:
    part = bytearray()
    for block in blocks:
        part += block
        if len(part) >= PART:
            yield bytes(part)
            part.clear()
    yield bytes(part)


def stream(file: File, start: int = 0, end: int | None = None) -> Iterator[bytes]:
    """A file's bytes from `start` to before `end`, a megabyte at a time."""
    wanted = {"IfMatch": file.version} if file.version.startswith('"') else {"VersionId": file.version}
    if start or end is not None:
        wanted["Range"] = f"bytes={start}-{'' if end is None else end - 1}"
    answer = client("s3").get_object(Bucket=_bucket(), Key=file.key, **wanted)
    # A server may pass over a range and send all (RFC 9110, section 14.2), as emulators do for older versions.
    place = start if "ContentRange" in answer else 0
    for block in answer["Body"].iter_chunks(BLOCK):
        yield block[max(0, start - place) : None if end is None else max(0, end - place)]
        place += len(block)


def write_contested(job: FileJob, contested: Iterable[int]) -> None:
    """Keep the hashes of a file's contested keys."""
    body = b"".join(key.to_bytes(8) for key in sorted(contested))
    client("s3").put_object(Bucket=_bucket(), Key=_contested_key(job), Body=body)


def read_contested(job: FileJob) -> frozenset[int]:
    """The hashes of a file's contested keys; none where none were kept."""
    body = _read(_contested_key(job))
    return frozenset(int.from_bytes(body[place : place + 8]) for place in range(0, len(body), 8))


def write_checkpoint(job: FileJob, checkpoint: bytes) -> None:
    """Keep where the split of a file goes on (splitting.Splitter)."""
    client("s3").put_object(Bucket=_bucket(), Key=_split_key(job, "checkpoint"), Body=checkpoint)


def read_checkpoint(job: FileJob) -> bytes:
    """Where the split of a file goes on; nothing where it was not left yet."""
    return _read(_split_key(job, "checkpoint"))


def write_chunks(job: FileJob, chunks: Iterable[Chunk]) -> None:
    """Keep the chunks of a file."""
    body = json.dumps([astuple(chunk) for chunk in chunks]).encode()
    client("s3").put_object(Bucket=_bucket(), Key=_split_key(job, "chunks"), Body=body)


def read_chunks(job: FileJob) -> Sequence[Chunk]:
    """The chunks of a file that was split, by their numbers."""
    return [Chunk(*chunk) for chunk in json.loads(_read(_split_key(job, "chunks")))]


def write_rejects(job: FileJob, chunk: Chunk, rows: Iterable[tuple[int, str]]) -> None:
    """Keep the rejected rows of a chunk, each with its line, in the order of their lines."""
    body = "\n".join(json.dumps(row, ensure_ascii=False) for row in rows).encode()
    key = f"{_rejects_prefix(job, chunk.contested)}{chunk.number:07d}.jsonl"
    client("s3").put_object(Bucket=_bucket(), Key=key, Body=body)


def read_rejects(job: FileJob) -> Iterator[str]:
    """The rejected rows of all chunks that are loaded, in the order of their lines, a chunk or two in memory."""
    # The chunks of contested rows go through the file a second time.
    rows = heapq.merge(_rejected_rows(job, False), _rejected_rows(job, True))
    return (text for _, text in rows)


def _rejected_rows(job: FileJob, contested: bool) -> Iterator[tuple[int, str]]:
    pages = client("s3").get_paginator("list_objects_v2")
    for page in pages.paginate(Bucket=_bucket(), Prefix=_rejects_prefix(job, contested)):
        for found in page.get("Contents", ()):
            for row in _read(found["Key"]).decode().split("\n"):
                line, text = json.loads(row)
                yield line, text


def offer_rejects(job: FileJob, text: Iterable[bytes]) -> str:
    """Put a list of rejects that is too large for an answer into the bucket; the URL that gives it for five minutes."""
    s3, key = client("s3"), f"rejects/{job.tenant}/{job.task_id}.csv"
    name = f'attachment; filename="rejects-{job.task_id}.csv"'
    _upload_parts(key, text, ContentType="text/csv", ContentDisposition=name)
    url: str = s3.generate_presigned_url("get_object", Params={"Bucket": _bucket(), "Key": key}, ExpiresIn=300)
    return url


def _file(key: str, answer: dict[str, Any]) -> File:
    version = answer.get("VersionId")
    return File(key, version if version and version != "null" else answer["ETag"])


def _tenant(answer: dict[str, Any]) -> str:
    return answer["Metadata"].get("tenant") or DEFAULT_TENANT


def _bucket() -> str:
    return settings().intake_bucket


def _read(key: str) -> bytes:
    s3 = client("s3")
    try:
        body: bytes = s3.get_object(Bucket=_bucket(), Key=key)["Body"].read()
    except s3.exceptions.NoSuchKey:
        return b""
    return body


def _unpacked_key(job: FileJob) -> str:
    return f"unpacked/{job.tenant}/{job.task_id}.csv"


def _split_key(job: FileJob, name: str) -> str:
    return f"splits/{job.tenant}/{job.task_id}/{name}"


def _contested_key(job: FileJob) -> str:
    return f"contested/{job.tenant}/{job.task_id}"


def _rejects_prefix(job: FileJob, contested: bool) -> str:
    return f"rejects/{job.tenant}/{job.task_id}/{'contested' if contested else 'plain'}/"
