"""Table `intake`: the steps of jobs, and their lists (keys, attributes and indexes: job_items.py).

One transaction puts a chunk's counts and adds them to the sums, so a chunk is counted once, however often it is
loaded. The call that stores a step of a job also logs it.

Access patterns
    a job                   GetItem
    jobs, newest first      Query by_list, or by_file for those of one key, then BatchGetItem
"""

from dataclasses import asdict
from typing import Any

from intake.jobs.job_items import TABLE, chunk_key, job_key, job_of, job_upsert, log_step, order_of
from intake.jobs.jobs import Counts, File, FileJob, SplitResult
from payerworks import json_text
from payerworks.batches import read_all
from payerworks.dynamodb import ConditionFailed, transact
from payerworks.errors import NotFound
from payerworks.times import now


def add_queued(tenant: str, task_id: str, file: File) -> None:
    """Store a job for a stored file before S3's notification arrives; an existing job stays unchanged."""
    change, names, values = job_upsert(tenant, task_id, file, {"status": "queued"})
    _update(tenant, task_id, change, "attribute_not_exists(pk)", names, values)


def note_hand_over(job: FileJob) -> bool:
    """Note that another invocation continues the split. Returns False if a parallel invocation noted it first."""
    values = {":at": {"S": now()}, ":count": {"N": str(job.hand_overs + 1)}}
    change, unless_done = "SET handed_on_at = :at, #count = :count", "NOT #count >= :count"
    is_new = _update(job.tenant, job.task_id, change, unless_done, {"#count": "hand_overs"}, values)
    if is_new:
        log_step(job, "handed_on", hand_overs=job.hand_overs + 1)
    return is_new


def note_retry(job: FileJob, part: str, tries: int) -> None:
    """Note that a part of a job is tried again after a try that failed (and logged the reason) or died."""
    values = {":at": {"S": now()}, ":retried": {"S": f"{part}: try {tries}"}, ":running": {"S": "running"}}
    change, if_running = "SET retried_at = :at, retried = :retried", "#status = :running"
    if _update(job.tenant, job.task_id, change, if_running, {"#status": "status"}, values):
        log_step(job, "retried", part=part, tries=tries)


def set_encoding(job: FileJob, encoding: str) -> str:
    """Store the encoding of a job's file, unless the job has one already. Returns the one stored."""
    names, values = {"#encoding": "encoding"}, {":encoding": {"S": encoding}}
    change, unless_set = "SET #encoding = :encoding", "attribute_not_exists(#encoding)"
    if _update(job.tenant, job.task_id, change, unless_set, names, values):
        return encoding
    return read_job(job.tenant, job.task_id).encoding or encoding


def set_split(job: FileJob, split: SplitResult) -> SplitResult:
    """Store the result of the split, unless the job has one already. Returns the one stored."""
    names = {"#split": "split", "#split_at": "split_at"}
    values = {":split": {"S": json_text.write(asdict(split))}, ":split_at": {"S": now()}}
    change = "SET #split = :split, #split_at = :split_at"
    if _update(job.tenant, job.task_id, change, "attribute_not_exists(#split)", names, values):
        log_step(job, "split", chunks=split.chunks, hand_overs=job.hand_overs)
        return split
    return read_job(job.tenant, job.task_id).split or split


def finish_chunk(job: FileJob, number: int, counts: Counts) -> bool:
    """Count a loaded chunk once. Returns False if it was counted before."""
    key = job_key(job.tenant, job.task_id, "JOB")
    numbers = {name: {"N": str(count)} for name, count in asdict(counts).items()}
    chunk = chunk_key(job, number) | numbers | {"finished_at": {"S": now()}}
    added = numbers | {"chunks_done": {"N": "1"}}
    sums = ", ".join(f"{name} :{name}" for name in added)
    values = {f":{name}": number for name, number in added.items()} | {":at": {"S": now()}}
    count_once = TABLE.put_part(chunk, "attribute_not_exists(pk)")
    add_up = TABLE.update_part(key, f"SET loaded_at = :at ADD {sums}", values)
    try:
        transact([count_once, add_up])
    except ConditionFailed:
        return False
    log_step(job, "loading", chunk=number, **asdict(counts))
    return True


def read_job(tenant: str, task_id: str) -> FileJob:
    """The job with an id. Raises NotFound, Unavailable."""
    item = TABLE.get(job_key(tenant, task_id, "JOB"))
    if item is None:
        raise NotFound("There is no ingest job with this id.")
    return job_of(item)


def is_loaded(job: FileJob, number: int) -> bool:
    """Whether a chunk is loaded and counted."""
    return TABLE.get(chunk_key(job, number)) is not None


def is_next_sent(job: FileJob, number: int) -> bool:
    """Whether the message of the chunk after a loaded one is known to be sent."""
    return "next_sent" in (TABLE.get(chunk_key(job, number)) or {})


def note_next_sent(job: FileJob, number: int) -> None:
    """Note that the message of the chunk after a loaded one is sent."""
    TABLE.update(chunk_key(job, number), "SET next_sent = :at", {":at": {"S": now()}})


def list_jobs(tenant: str, key: str | None, status: str | None, before: str | None, count: int) -> list[FileJob]:
    """Up to `count` jobs, newest first, of one file's key and of one status if given.

    With `before`, only jobs whose `order_of` is less.
    """
    index, name, value = (
        ("by_list", "list", f"{tenant}#JOBS") if key is None else ("by_file", "file", f"{tenant}#{key}")
    )
    condition = "#name = :name" + (" AND list_order < :before" if before is not None else "")
    values = {":name": {"S": value}} | ({":before": {"S": before}} if before is not None else {})
    names = {"ExpressionAttributeNames": {"#name": name}}
    pages = TABLE.query_pages(condition, values, IndexName=index, ScanIndexForward=False, Limit=count, **names)
    jobs: list[FileJob] = []
    for page in pages:
        keys = [{"pk": item["pk"], "sk": item["sk"]} for item in page["Items"]]
        page_jobs = [job_of(item) for item in read_all(TABLE, keys)]
        jobs += sorted((job for job in page_jobs if status in (None, job.status)), key=order_of, reverse=True)
        if len(jobs) >= count:
            break
    return jobs[:count]


def _update(
    tenant: str, task_id: str, change: str, condition: str, names: dict[str, str], values: dict[str, Any]
) -> bool:
    # A failed condition means that another delivery of the message, or a try that died later, has done this already.
    key, options = job_key(tenant, task_id, "JOB"), {"ExpressionAttributeNames": names}
    return TABLE.update_if(condition, key, change, values, **options)
