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

The working files (unpacked, splits, contested) of a job live as long as the job is unfinished, and no row is lost for
lack of one:
1. Nothing but the end of its job deletes them: they have no age, because a dead letter may be sent again after weeks.
2. A worker that misses one raises FileGone. If the job is still unfinished then, the end has not deleted the file: it
   is gone for good, and the job fails with the reason.
       chunk 3 is sent again after a month, `contested/…` was deleted by hand → the job is failed, not completed
       chunk 3 comes a second time after the job's end → nothing is loaded, and nothing changes
3. Every message of a job that has ended deletes them again, so also what a late worker has stored meanwhile.
4. A split is stored under a hash of itself, and the job's item names the one that counts, written once. A second
   notification of the same file, read with another mapping, cannot change it:
       split A: chunks-a; the mapping changes; split B: chunks-b; the job names a: B's worker loads by a, too

The metadata `tenant` of an object names its tenant (payerworks/tenants.py); without it the tenant is `main`. A
principal that may write to the bucket may write for every tenant; the policy of a presigned upload binds it to one.
"""

import contextlib
import hashlib
import heapq
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import astuple
from typing import Any, Literal

from intake.files.mapping import MAX_BYTES, mapping_keys
from intake.jobs.jobs import File, FileJob, SplitResult
from intake.jobs.splitting import Chunk, SplitChunks
from payerworks.aws import client
from payerworks.settings import settings
from payerworks.tenants import DEFAULT_TENANT

POSTED = "patients/posted/"
Form = Literal["csv", "utf8.csv"]
"""A file's content as it was packed, and the same in UTF-8."""
BLOCK = 1024 * 1024
PART = 8 * BLOCK
"""Bytes of a part of a multipart upload; the minimum of S3 is 5 MB."""

RowList = Literal["rejects", "duplicates"]
"""The lists of a job's rows; also their folders in the bucket."""

WORKING = ("unpacked", "splits", "contested")
"""The folders of working files."""
_GONE = frozenset({"NoSuchKey", "NoSuchVersion", "PreconditionFailed"})
"""S3's codes for a version of an object that does not exist, or is no longer the current one."""


class FileGone(Exception):
    """The file of a job, or a working file, does not exist."""


def find(key: str, version: str | None = None) -> tuple[File, str] | None:
    """The object under a key, or one version of it, and the tenant that it names, which may be none.

    None if the object does not exist.
    """
    s3 = client("s3")
    options = {"VersionId": version} if version else {}
    try:
        head = s3.head_object(Bucket=_bucket(), Key=key, **options)
    except s3.exceptions.ClientError as error:
        if error.response["ResponseMetadata"]["HTTPStatusCode"] == 404:
            return None
        raise
    return _file(key, head), _tenant(head)


def upload(key: str, text: str, tenant: str, media_type: str = "text/csv") -> File:
    """Put a file of a tenant under a key."""
    return _file(key, _put(key, text.encode(), ContentType=media_type, Metadata={"tenant": tenant}))


def offer_upload(key: str, tenant: str, max_bytes: int, seconds: int) -> tuple[str, dict[str, str]]:
    """The URL and form fields of a presigned POST: anyone who has them may upload this key for this tenant."""
    metadata = {"x-amz-meta-tenant": tenant}
    offer = client("s3").generate_presigned_post(
        _bucket(), key, metadata, [metadata, ["content-length-range", 0, max_bytes]], seconds
    )
    return offer["url"], offer["fields"]


def nearest_mapping(key: str, tenant: str) -> tuple[str, bytes] | None:
    """The mapping for a tenant's file under a key: the mapping's key and its first MAX_BYTES + 1 bytes.

    Mappings of other tenants are ignored.
    """
    s3 = client("s3")
    for mapping_key in () if key.startswith(POSTED) else mapping_keys(key):
        try:
            answer = s3.get_object(Bucket=_bucket(), Key=mapping_key)
        except s3.exceptions.NoSuchKey:
            continue
        with contextlib.closing(answer["Body"]) as body:
            if _tenant(answer) == tenant:
                return mapping_key, body.read(MAX_BYTES + 1)
    return None


def copy_once(job: FileJob, form: Form, content: Iterable[bytes]) -> File:
    """The job's file in another form, which is put part by part unless an earlier try has put it.

    Readers see all of it or nothing. Tries that run side by side may each put it; all put the same bytes, so any
    version will do, and the current one is not deleted as an old one.
    """
    key = f"unpacked/{job.tenant}/{job.task_id}.{form}"
    if not find(key):
        _upload_parts(key, content)
    return File(key, "")


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
        answer = s3.get_object(Bucket=_bucket(), Key=file.key, **options)
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


def write_split(job: FileJob, split: SplitChunks) -> str:
    """Store the chunks of a file and its contested keys. Returns the name under which they are stored."""
    chunks = json.dumps([astuple(chunk) for chunk in split.chunks]).encode()
    contested = b"".join(key.to_bytes(8) for key in sorted(split.contested))
    name = hashlib.blake2b(b"\n".join((chunks, contested)), digest_size=16).hexdigest()
    if contested:
        _put(_contested_key(job, name), contested)
    _put(_chunks_key(job, name), chunks)
    return name


def read_contested(job: FileJob, split: SplitResult) -> frozenset[int]:
    """The hashes of a split file's contested keys. Raises FileGone."""
    if not split.contested:
        return frozenset()
    body = _read(_contested_key(job, split.stored_as))
    return frozenset(int.from_bytes(body[offset : offset + 8]) for offset in range(0, len(body), 8))


def write_checkpoint(job: FileJob, checkpoint: bytes) -> None:
    """Store the state of an unfinished split (splitting.Splitter)."""
    _put(_split_key(job, "checkpoint"), checkpoint)


def read_checkpoint(job: FileJob) -> bytes:
    """The stored state of an unfinished split; empty if none was stored."""
    try:
        return _read(_split_key(job, "checkpoint"))
    except FileGone:
        return b""  # a split that starts again from the beginning comes to the same result


def read_chunks(job: FileJob, split: SplitResult) -> Sequence[Chunk]:
    """The chunks of a split file, by number. Raises FileGone."""
    return [Chunk(*chunk) for chunk in json.loads(_read(_chunks_key(job, split.stored_as)))]


def write_earlier_rows(job: FileJob, chunk: Chunk, earlier: Counter[str]) -> None:
    """Store how often each contested row occurs in the file up to the end of a contested chunk."""
    _put(_earlier_key(job, chunk.number), json.dumps(earlier).encode())


def read_earlier_rows(job: FileJob, split: SplitResult, chunk: Chunk) -> Counter[str]:
    """How often each contested row occurs in the file before a contested chunk. Raises FileGone."""
    if not read_chunks(job, split)[chunk.number - 1].contested:
        return Counter()
    return Counter(json.loads(_read(_earlier_key(job, chunk.number - 1))))


def delete_working_files(job: FileJob) -> None:
    """Delete the working files of a job that has ended; those that exist."""
    s3 = client("s3")
    pages = s3.get_paginator("list_objects_v2")
    for folder in WORKING:
        for page in pages.paginate(Bucket=_bucket(), Prefix=f"{folder}/{job.tenant}/{job.task_id}"):
            keys = [{"Key": entry["Key"]} for entry in page.get("Contents", ())]
            answer = s3.delete_objects(Bucket=_bucket(), Delete={"Objects": keys, "Quiet": True}) if keys else {}
            if failed := answer.get("Errors"):
                raise ConnectionError(f"{len(failed)} working files were not deleted: {failed[0]['Code']}")


def write_rows(job: FileJob, chunk: Chunk, of: RowList, rows: Iterable[tuple[int, str]]) -> None:
    """Store the rejects or duplicates of a chunk as CSV, each with its line, in the order of their lines."""
    body = "\n".join(json.dumps(row, ensure_ascii=False) for row in rows).encode()
    _put(f"{_rows_prefix(job, of, chunk.contested)}{chunk.number:07d}.jsonl", body)


def read_rows(job: FileJob, of: RowList) -> Iterator[str]:
    """The rejects or duplicates of all loaded chunks, in the order of their lines, with two chunks in memory."""
    # Contested chunks cover the same lines as the plain ones, so their rows are merged in.
    rows = heapq.merge(_rows_of_chunks(job, of, False), _rows_of_chunks(job, of, True))
    return (text for _, text in rows)


def _rows_of_chunks(job: FileJob, of: RowList, contested: bool) -> Iterator[tuple[int, str]]:
    pages = client("s3").get_paginator("list_objects_v2")
    for page in pages.paginate(Bucket=_bucket(), Prefix=_rows_prefix(job, of, contested)):
        for entry in page.get("Contents", ()):
            for row in _read(entry["Key"]).decode().split("\n"):
                line, text = json.loads(row)
                yield line, text


def offer_rows(job: FileJob, of: RowList, text: Iterable[bytes]) -> str:
    """Put a list that is too large for an answer into the bucket. Returns a URL valid for five minutes."""
    s3, key = client("s3"), f"{of}/{job.tenant}/{job.task_id}.csv"
    _upload_parts(key, text, ContentType="text/csv", ContentDisposition=rows_disposition(job, of))
    url: str = s3.generate_presigned_url("get_object", Params={"Bucket": _bucket(), "Key": key}, ExpiresIn=300)
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


def _bucket() -> str:
    return settings().intake_bucket


def _put(key: str, body: bytes, **options: Any) -> dict[str, Any]:
    answer: dict[str, Any] = client("s3").put_object(Bucket=_bucket(), Key=key, Body=body, **options)
    return answer


def _read(key: str) -> bytes:
    s3 = client("s3")
    try:
        body: bytes = s3.get_object(Bucket=_bucket(), Key=key)["Body"].read()
    except s3.exceptions.NoSuchKey:
        raise FileGone(key) from None
    return body


def _split_key(job: FileJob, name: str) -> str:
    return f"splits/{job.tenant}/{job.task_id}/{name}"


def _chunks_key(job: FileJob, name: str) -> str:
    # Splits that were stored earlier have no name.
    return _split_key(job, f"chunks-{name}" if name else "chunks")


def _contested_key(job: FileJob, name: str) -> str:
    return f"contested/{job.tenant}/{job.task_id}" + (f"-{name}" if name else "")


def _earlier_key(job: FileJob, number: int) -> str:
    return f"contested/{job.tenant}/{job.task_id}/{number}"


def _rows_prefix(job: FileJob, of: RowList, contested: bool) -> str:
    return f"{of}/{job.tenant}/{job.task_id}/{'contested' if contested else 'plain'}/"
