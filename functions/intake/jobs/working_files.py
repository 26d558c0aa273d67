"""The working files of a job in the intake bucket (their keys: bucket.py).

They live as long as the job is unfinished, and no row is lost for lack of one:
1. Nothing but the end of its job deletes them: they have no age, because a dead letter may be sent again after weeks.
2. A worker that misses one raises FileGone. If the job is still unfinished then, the end has not deleted the file: it
   is gone for good, and the job fails with the reason.
       chunk 3 is sent again after a month, `contested/…` was deleted by hand → the job is failed, not completed
       chunk 3 comes a second time after the job's end → nothing is loaded, and nothing changes
3. Every message of a job that has ended deletes them again, so also what a late worker has stored meanwhile.
4. A split is stored under a hash of itself, and the job's item names the one that counts, written once. A second
   notification of the same file, read with another mapping, cannot change it:
       split A: chunks-a; the mapping changes; split B: chunks-b; the job names a: B's worker loads by a, too
"""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import astuple
from typing import Literal

from intake.jobs import bucket
from intake.jobs.jobs import File, FileJob, SplitResult
from intake.jobs.splitting import Chunk, SplitChunks
from payerworks.aws import client

Form = Literal["csv", "utf8.csv"]
"""A file's content as it was packed, and the same in UTF-8."""
WORKING = ("unpacked", "splits", "contested")
"""The folders of working files."""


def copy_once(job: FileJob, form: Form, content: Iterable[bytes]) -> File:
    """The job's file in another form, which is put part by part unless an earlier try has put it.

    Readers see all of it or nothing. Tries that run side by side may each put it; all put the same bytes, so any
    version will do, and the current one is not deleted as an old one.
    """
    key = f"unpacked/{job.tenant}/{job.task_id}.{form}"
    if not bucket.find(key):
        bucket.upload_parts(key, content)
    return File(key, "")


def write_split(job: FileJob, split: SplitChunks) -> str:
    """Store the chunks of a file and its contested keys. Returns the name under which they are stored."""
    chunks = json.dumps([astuple(chunk) for chunk in split.chunks]).encode()
    contested = b"".join(key.to_bytes(8) for key in sorted(split.contested))
    name = hashlib.blake2b(b"\n".join((chunks, contested)), digest_size=16).hexdigest()
    if contested:
        bucket.put(_contested_key(job, name), contested)
    bucket.put(_chunks_key(job, name), chunks)
    return name


def read_contested(job: FileJob, split: SplitResult) -> frozenset[int]:
    """The hashes of a split file's contested keys. Raises FileGone."""
    if not split.contested:
        return frozenset()
    body = bucket.read(_contested_key(job, split.stored_as))
    return frozenset(int.from_bytes(body[offset : offset + 8]) for offset in range(0, len(body), 8))


def write_checkpoint(job: FileJob, checkpoint: bytes) -> None:
    """Store the state of an unfinished split (splitting.Splitter)."""
    bucket.put(_split_key(job, "checkpoint"), checkpoint)


def read_checkpoint(job: FileJob) -> bytes:
    """The stored state of an unfinished split; empty if none was stored."""
    try:
        return bucket.read(_split_key(job, "checkpoint"))
    except bucket.FileGone:
        return b""  # a split that starts again from the beginning comes to the same result


def read_chunks(job: FileJob, split: SplitResult) -> Sequence[Chunk]:
    """The chunks of a split file, by number. Raises FileGone."""
    return [Chunk(*chunk) for chunk in json.loads(bucket.read(_chunks_key(job, split.stored_as)))]


def write_earlier_rows(job: FileJob, chunk: Chunk, earlier: Counter[str]) -> None:
    """Store how often each contested row occurs in the file up to the end of a contested chunk."""
    bucket.put(_earlier_key(job, chunk.number), json.dumps(earlier).encode())


def read_earlier_rows(job: FileJob, split: SplitResult, chunk: Chunk) -> Counter[str]:
    """How often each contested row occurs in the file before a contested chunk. Raises FileGone."""
    if not read_chunks(job, split)[chunk.number - 1].contested:
        return Counter()
    return Counter(json.loads(bucket.read(_earlier_key(job, chunk.number - 1))))


def delete_working_files(job: FileJob) -> None:
    """Delete the working files of a job that has ended; those that exist."""
    s3 = client("s3")
    pages = s3.get_paginator("list_objects_v2")
    for folder in WORKING:
        for page in pages.paginate(Bucket=bucket.name(), Prefix=f"{folder}/{job.tenant}/{job.task_id}"):
            keys = [{"Key": entry["Key"]} for entry in page.get("Contents", ())]
            answer = s3.delete_objects(Bucket=bucket.name(), Delete={"Objects": keys, "Quiet": True}) if keys else {}
            if failed := answer.get("Errors"):
                raise ConnectionError(f"{len(failed)} working files were not deleted: {failed[0]['Code']}")


def _split_key(job: FileJob, name: str) -> str:
    return f"splits/{job.tenant}/{job.task_id}/{name}"


def _chunks_key(job: FileJob, name: str) -> str:
    # Splits that were stored earlier have no name.
    return _split_key(job, f"chunks-{name}" if name else "chunks")


def _contested_key(job: FileJob, name: str) -> str:
    return f"contested/{job.tenant}/{job.task_id}" + (f"-{name}" if name else "")


def _earlier_key(job: FileJob, number: int) -> str:
    return f"contested/{job.tenant}/{job.task_id}/{number}"
