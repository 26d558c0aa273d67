"""Queue IntakeUploads: a file was put into the bucket; split it into chunks, a message each.

What takes longer than an invocation goes on in another, which a message of our own on the same queue starts. Each
message of a job goes on from its last checkpoint, also one that comes twice, late, or again because an invocation died.
"""

import itertools
import urllib.parse
from typing import Any

from intake.files.columns import ColumnMapping, read_header
from intake.files.mapping import is_mapping, read_mapping
from intake.files.unpacking import MAGIC, unpacked
from intake.files.unreadable import UnreadableFile
from intake.jobs import bucket, job_repository
from intake.jobs.jobs import File, FileJob, SplitResult, chunk_message, split_message, task_id_of
from intake.jobs.kinds import FILE_KINDS
from intake.jobs.resumable_split import OutOfTime, check_time, split_file
from intake.jobs.splitting import first_chunks
from payerworks.messages import SecondsLeft, send, sqs_handler
from payerworks.settings import settings


def start_jobs(message: dict[str, Any], tries: int, seconds_left: SecondsLeft) -> None:
    """Start the job of each file that a notification of S3 names, or go on with a job; S3 may tell twice of one."""
    if "task_id" in message:
        job = job_repository.read_job(message["tenant"], message["task_id"])
        if job.status == "running":
            _go_on(job, message["uploaded_at"], tries, seconds_left)
    for record in message.get("Records", ()):  # the message by which S3 tries out the queue has none
        told = record["s3"]["object"]
        key = urllib.parse.unquote_plus(told["key"])
        found = None if is_mapping(key) else bucket.find(key, told.get("versionId"))
        if found is None:
            continue  # deleted since, or a mapping, which only says how to read others
        file, tenant = found
        begun = job_repository.begin(tenant, task_id_of(tenant, file), file)
        if begun is not None:
            _go_on(begun, record["eventTime"], tries, seconds_left)


def _go_on(job: FileJob, uploaded_at: str, tries: int, seconds_left: SecondsLeft) -> None:
    if tries > 1:
        job_repository.note_retry(job, "splitting", tries)
    try:
        if job.split is None:
            job_repository.set_split(job, _planned(job, uploaded_at, seconds_left))
        check_time(job, seconds_left())
    except UnreadableFile as reason:
        job_repository.fail(job, str(reason))
    except OutOfTime:
        if job_repository.note_hand_over(job):
            send(settings().queues["intake_uploads"], [split_message(job, uploaded_at)])
    else:
        chunks = first_chunks(bucket.read_chunks(job))
        send(settings().queues["intake_chunks"], (chunk_message(job, chunk) for chunk in chunks))
        job_repository.complete_if_loaded(job.tenant, job.task_id)  # a file without rows is loaded


def _planned(job: FileJob, uploaded_at: str, seconds_left: SecondsLeft) -> SplitResult:
    source = _unpacked(job)
    check_time(job, seconds_left())
    header = read_header(next(bucket.stream(source), b""))
    kind, mapping = FILE_KINDS[job.kind], _mapping(job)
    layout = kind.layout_of(header.columns, mapping)
    found = split_file(job, source, header, layout if kind.has_order else None, seconds_left)
    if found.contested:
        bucket.write_contested(job, found.contested)
    bucket.write_chunks(job, found.chunks)
    seen = job_repository.first_seen(job.tenant, found.content_id, uploaded_at)
    careful = job_repository.others_run(job)
    stamp = f"{seen}#{found.content_id}"
    contested, count = bool(found.contested), len(found.chunks)
    return SplitResult(source, list(header.columns), header.delimiter, stamp, careful, contested, count, mapping)


def _mapping(job: FileJob) -> ColumnMapping | None:
    found = bucket.nearest_mapping(job.file.key, job.tenant)
    return read_mapping(*found, job.kind) if found else None


def _unpacked(job: FileJob) -> File:
    # Within one invocation: 4 GB, the most that is unpacked, take a few minutes of its 15.
    blocks = bucket.stream(job.file)
    beginning = next(blocks, b"")
    if not beginning.startswith(MAGIC):
        return job.file
    return bucket.find_unpacked(job) or bucket.upload_unpacked(job, unpacked(itertools.chain([beginning], blocks)))


handler = sqs_handler(start_jobs, counts_tries=True, knows_time=True)
