"""Queue IntakeUploads: a file was put into the bucket; split it into chunks, a message each."""

import itertools
import urllib.parse
from typing import Any

from intake import files, job_repository
from intake.columns import read_header
from intake.jobs import File, Job, Plan, chunk_message, task_id_of
from intake.kinds import KINDS
from intake.splitting import Chunk, split
from intake.unpacking import MAGIC, unpacked
from intake.unreadable import UnreadableFile
from payerworks.log import logger
from payerworks.messages import send, sqs_handler
from payerworks.settings import settings


def start_jobs(message: dict[str, Any]) -> None:
    """Start the job of each file that a notification of S3 names, or take it up again; S3 may tell twice of one."""
    for record in message.get("Records", ()):  # the message by which S3 tries out the queue has none
        told = record["s3"]["object"]
        found = files.find(urllib.parse.unquote_plus(told["key"]), told.get("versionId"))
        if found is None:
            continue  # deleted since
        file, tenant = found
        job = job_repository.begin(tenant, task_id_of(tenant, file), file)
        if job is not None:
            _start(job, record["eventTime"])


def _start(job: Job, uploaded_at: str) -> None:
    try:
        plan, chunks = _planned(job, uploaded_at)
    except UnreadableFile as reason:
        job_repository.fail(job, str(reason))
        logger().warning("file cannot be read", extra={"task_id": job.task_id})
        return
    job_repository.set_plan(job, plan)
    send(settings().queues["intake_chunks"], [chunk_message(job, chunk) for chunk in chunks])
    job_repository.complete_if_loaded(job.tenant, job.task_id)  # a file without rows is loaded


def _planned(job: Job, uploaded_at: str) -> tuple[Plan, list[Chunk]]:
    source = _unpacked(job)
    blocks = files.stream(source)
    beginning = next(blocks, b"")
    header = read_header(beginning)
    kind = KINDS[job.kind]
    layout = kind.layout_of(header.columns)
    found = split(itertools.chain([beginning], blocks), header, layout if kind.has_order else None)
    if found.contested:
        files.write_contested(job, found.contested)
    seen = job_repository.first_seen(job.tenant, found.content_id, uploaded_at)
    careful = job_repository.others_run(job)
    stamp = f"{seen}#{found.content_id}"
    contested, count = bool(found.contested), len(found.chunks)
    return Plan(source, list(header.columns), header.delimiter, stamp, careful, contested, count), found.chunks


def _unpacked(job: Job) -> File:
    blocks = files.stream(job.file)
    beginning = next(blocks, b"")
    if not beginning.startswith(MAGIC):
        return job.file
    return files.upload_unpacked(job, unpacked(itertools.chain([beginning], blocks)))


handler = sqs_handler(start_jobs)
