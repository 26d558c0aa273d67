"""Queue IntakeUploads: split an uploaded file into chunks, one message each.

1. A split that needs more time than an invocation has sends a message to this same queue and ends.
2. Each message of a job continues from the last checkpoint, so it may come twice, late, or after a crash.
3. The result of the split is stored once; whoever comes second continues with the stored one.
"""

import urllib.parse
from dataclasses import replace
from typing import Any

from intake.files.advice import advice
from intake.files.columns import ColumnMapping, Header, Layout, read_header
from intake.files.mapping import is_mapping, read_mapping
from intake.files.unreadable import UnreadableFile
from intake.jobs import bucket, job_order, job_repository, working_files
from intake.jobs.jobs import GONE, FileJob, SplitResult, chunk_message, split_message, task_id_of
from intake.jobs.kinds import FILE_KINDS
from intake.jobs.resumable_split import OutOfTime, check_time, split_file
from intake.jobs.source import source_of
from intake.jobs.splitting import first_chunks
from intake.jobs.uploader import uploader_of
from payerworks.messages import SecondsLeft, send, sqs_handler
from payerworks.settings import settings
from payerworks.tenants import DEFAULT_TENANT, is_tenant

NO_TENANT = "The file's metadata `tenant` names no tenant: a name has 1 to 63 characters of a to z, 0 to 9 and -."

_OF_MAPPING = "Correct the names in the mapping, or in the first line of the file."


def start_jobs(message: dict[str, Any], tries: int, seconds_left: SecondsLeft) -> None:
    """Start a job for each file in an S3 notification, which may come twice, or continue the message's job."""
    if "task_id" in message:
        _continue(job_repository.read_job(message["tenant"], message["task_id"]), tries, seconds_left)
    for record in message.get("Records", ()):  # S3's test message has none
        uploaded = record["s3"]["object"]
        key = urllib.parse.unquote_plus(uploaded["key"])
        stored = None if is_mapping(key) else bucket.find(key, uploaded.get("versionId"))
        if stored is None:
            continue  # deleted since, or a mapping, which is no file to load
        file, named, token = stored
        tenant = named if is_tenant(named) else DEFAULT_TENANT
        uploader = uploader_of(token, tenant, key, record)
        job = job_order.begin(tenant, task_id_of(tenant, file), file, uploader)
        if tenant != named:
            job_order.fail(job, NO_TENANT)
        else:
            _continue(job, tries, seconds_left)


def _continue(job: FileJob, tries: int, seconds_left: SecondsLeft) -> None:
    if job.status == "running":
        if tries > 1:
            job_repository.note_retry(job, "splitting", tries)
        try:
            _send_chunks(job, seconds_left)
        except UnreadableFile as reason:
            job_order.fail(job, str(reason))
        except bucket.FileGone:
            job_order.fail(job, GONE)  # without effect if the end of the job has deleted the file meanwhile
        except OutOfTime:
            if job_repository.note_hand_over(job):
                send(settings().queues["intake_uploads"], [split_message(job)])
    if job_order.end_if_loaded(job.tenant, job.task_id):  # a file without rows is loaded
        working_files.delete_working_files(job)


def _send_chunks(job: FileJob, seconds_left: SecondsLeft) -> None:
    split = job.split or job_repository.set_split(job, _split(job, seconds_left))
    check_time(job, seconds_left())
    chunks = first_chunks(working_files.read_chunks(job, split))
    send(settings().queues["intake_chunks"], (chunk_message(job, chunk) for chunk in chunks))


def _split(job: FileJob, seconds_left: SecondsLeft) -> SplitResult:
    mapping = _mapping(job)
    source = source_of(job, mapping.encoding if mapping else None)
    check_time(job, seconds_left())
    header = read_header(next(bucket.stream(source), b""))
    layout = _layout(job.kind, header, mapping)
    split = split_file(job, source, header, layout, seconds_left)
    return SplitResult(
        source=source,
        columns=list(header.columns),
        delimiter=header.delimiter,
        stamp=f"{job_order.first_seen(job, split.content_id)}#{split.content_id}",
        contested=bool(split.contested),
        chunks=len(split.chunks),
        mapping=mapping,
        is_reject_list=header.is_reject_list,
        stored_as=working_files.write_split(job, split),
    )


def _layout(kind: str, header: Header, mapping: ColumnMapping | None) -> Layout:
    try:
        layout = FILE_KINDS[kind].layout_of(header.columns, mapping)
    except UnreadableFile as reason:
        hint = _OF_MAPPING if mapping and mapping.columns else advice(kind, header.columns)
        raise UnreadableFile(f"{reason} {hint}".strip()) from None
    return replace(layout, is_reject_list=header.is_reject_list)


def _mapping(job: FileJob) -> ColumnMapping | None:
    stored = bucket.nearest_mapping(job.file.key, job.tenant)
    return read_mapping(*stored, job.kind) if stored else None


handler = sqs_handler(start_jobs, counts_tries=True, knows_time=True, is_long=True)
