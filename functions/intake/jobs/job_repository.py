"""Table `intake`: the jobs and the contents seen (repository.py keeps the registry in the same table).

pk, sk:
    {tenant}#JOB#{task_id}       JOB        key, version, kind, status, times, hand_overs, retried, error, encoding,
                                            split (JSON text), the sums of the counts
    {tenant}#JOB#{task_id}       CHUNK#{n}  a loaded chunk, with its own counts
    {tenant}#CONTENT#{id}        CONTENT    first_seen, of the first file with this content
One transaction puts a chunk's counts and adds them to the sums, so a chunk is counted once, however often it is
loaded. The call that stores a step of a job also logs it.

Indexes: by_list (list `{tenant}#JOBS`) and by_file (file `{tenant}#{key}`), both sorted by `list_order`: the time at
which the job was received, and its id.

Access patterns
    a job                   GetItem
    jobs, newest first      Query by_list, or by_file for those of one key, then BatchGetItem
"""

from dataclasses import asdict
from typing import Any

from intake.files.columns import ColumnMapping, reject_columns
from intake.jobs.jobs import COUNTS, Counts, File, FileJob, SplitResult
from payerworks import json_text
from payerworks.batches import read_all
from payerworks.dynamodb import ConditionFailed, Item, Table, transact
from payerworks.errors import NotFound
from payerworks.log import log_call
from payerworks.times import now

TABLE = Table("intake")
_UNFINISHED = ("queued", "running")
_TIMES = ("started_at", "handed_on_at", "split_at", "retried_at", "loaded_at", "finished_at")


def add_queued(tenant: str, task_id: str, file: File) -> None:
    """Store a job for a stored file before S3's notification arrives; an existing job stays unchanged."""
    _upsert(tenant, task_id, file, {"status": "queued"}, "attribute_not_exists(pk)")


def begin(tenant: str, task_id: str, file: File) -> FileJob | None:
    """Start the job of a file, or resume it after a crash. Returns None if it is finished."""
    started = {"status": "running", "started_at": now()}
    unless_started = "attribute_not_exists(pk) OR #status = :queued"
    is_new = _upsert(tenant, task_id, file, started, unless_started, {":queued": {"S": "queued"}})
    job = read_job(tenant, task_id)
    if is_new:
        _log(job, "received", at=job.received_at)
        _log(job, "started")
    return job if job.status == "running" else None


def _upsert(
    tenant: str, task_id: str, file: File, texts: dict[str, str], condition: str, extra: dict[str, Any] | None = None
) -> bool:
    received = now()
    initial = {
        "file_key": file.key,
        "version": file.version,
        "kind": file.kind,
        "received_at": received,
        "list": f"{tenant}#JOBS",
        "list_order": f"{received}#{task_id}",
        "file": f"{tenant}#{file.key}",
    }
    changes = [f"#{name} = if_not_exists(#{name}, :{name})" for name in initial]
    changes += [f"#{name} = :{name}" for name in texts]
    names = {f"#{name}": name for name in (*initial, *texts, "status")}
    values = {f":{name}": {"S": value} for name, value in (initial | texts).items()} | (extra or {})
    return _update(tenant, task_id, "SET " + ", ".join(changes), condition, names, values)


def first_seen(tenant: str, content_id: str, seen: str) -> str:
    """The time at which a content was first seen: `seen`, unless an earlier file had it."""
    key = {"pk": {"S": f"{tenant}#CONTENT#{content_id}"}, "sk": {"S": "CONTENT"}}
    try:
        TABLE.put(key | {"first_seen": {"S": seen}}, "attribute_not_exists(pk)")
    except ConditionFailed as failed:
        return str((failed.item or {})["first_seen"]["S"])
    return seen


def has_unfinished_others(job: FileJob) -> bool:
    """Whether another job of this kind is unfinished, among the tenant's latest hundred."""
    latest = list_jobs(job.tenant, None, None, None, 100)
    return any(
        other.task_id != job.task_id and other.kind == job.kind and other.status in _UNFINISHED for other in latest
    )


def note_hand_over(job: FileJob) -> bool:
    """Note that another invocation continues the split. Returns False if a parallel invocation noted it first."""
    values = {":at": {"S": now()}, ":count": {"N": str(job.hand_overs + 1)}}
    change, unless_done = "SET handed_on_at = :at, #count = :count", "NOT #count >= :count"
    is_new = _update(job.tenant, job.task_id, change, unless_done, {"#count": "hand_overs"}, values)
    if is_new:
        _log(job, "handed_on", hand_overs=job.hand_overs + 1)
    return is_new


def note_retry(job: FileJob, part: str, tries: int) -> None:
    """Note that a part of a job is tried again after a try that failed (and logged the reason) or died."""
    values = {":at": {"S": now()}, ":retried": {"S": f"{part}: try {tries}"}, ":running": {"S": "running"}}
    change, if_running = "SET retried_at = :at, retried = :retried", "#status = :running"
    if _update(job.tenant, job.task_id, change, if_running, {"#status": "status"}, values):
        _log(job, "retried", part=part, tries=tries)


def set_encoding(job: FileJob, encoding: str) -> str:
    """Store the encoding of a job's file, unless the job has one already. Returns the one stored."""
    names, values = {"#encoding": "encoding"}, {":encoding": {"S": encoding}}
    change, unless_set = "SET #encoding = :encoding", "attribute_not_exists(#encoding)"
    if _update(job.tenant, job.task_id, change, unless_set, names, values):
        return encoding
    return read_job(job.tenant, job.task_id).encoding or encoding


def set_split(job: FileJob, split: SplitResult) -> None:
    """Store the result of the split, unless the job has one already."""
    names = {"#split": "split", "#split_at": "split_at"}
    values = {":split": {"S": json_text.write(asdict(split))}, ":split_at": {"S": now()}}
    change = "SET #split = :split, #split_at = :split_at"
    if _update(job.tenant, job.task_id, change, "attribute_not_exists(#split)", names, values):
        _log(job, "split", chunks=split.chunks, hand_overs=job.hand_overs)


def finish_chunk(job: FileJob, number: int, counts: Counts) -> bool:
    """Count a loaded chunk once, and complete the job after the last one. Returns False if it was counted before."""
    key = _key(job.tenant, job.task_id, "JOB")
    numbers = {name: {"N": str(count)} for name, count in asdict(counts).items()}
    chunk = _chunk_key(job, number) | numbers | {"finished_at": {"S": now()}}
    added = numbers | {"chunks_done": {"N": "1"}}
    sums = ", ".join(f"{name} :{name}" for name in added)
    values = {f":{name}": number for name, number in added.items()} | {":at": {"S": now()}}
    count_once = TABLE.put_part(chunk, "attribute_not_exists(pk)")
    add_up = TABLE.update_part(key, f"SET loaded_at = :at ADD {sums}", values)
    try:
        transact([count_once, add_up])
    except ConditionFailed:
        is_new = False
    else:
        is_new = True
        _log(job, "loading", chunk=number, **asdict(counts))
    complete_if_loaded(job.tenant, job.task_id)
    return is_new


def complete_if_loaded(tenant: str, task_id: str) -> None:
    """Complete the job if all its chunks are loaded."""
    job = read_job(tenant, task_id)
    if job.split is not None and job.chunks_done == job.split.chunks:
        _finish(job, "completed", None)


def fail(job: FileJob, reason: str) -> None:
    """End the job of an unreadable file; the reason must hold no patient data."""
    _finish(job, "failed", reason)


def _finish(job: FileJob, status: str, error: str | None) -> None:
    texts = {"status": status, "finished_at": now()} | ({"error": error} if error else {})
    change = "SET " + ", ".join(f"#{name} = :{name}" for name in texts)
    names = {f"#{name}": name for name in texts}
    values = {f":{name}": {"S": text} for name, text in texts.items()} | {":running": {"S": "running"}}
    if _update(job.tenant, job.task_id, change, "#status = :running", names, values):
        _log(job, status, **asdict(job.counts))


def _log(job: FileJob, step: str, **members: Any) -> None:
    log_call("job", task_id=job.task_id, step=step, **members)


def read_job(tenant: str, task_id: str) -> FileJob:
    """The job with an id. Raises NotFound, Unavailable."""
    item = TABLE.get(_key(tenant, task_id, "JOB"))
    if item is None:
        raise NotFound("There is no ingest job with this id.")
    return _job_of(item)


def is_loaded(job: FileJob, number: int) -> bool:
    """Whether a chunk is loaded and counted."""
    return TABLE.get(_chunk_key(job, number)) is not None


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
        page_jobs = [_job_of(item) for item in read_all(TABLE, keys)]
        jobs += sorted((job for job in page_jobs if status in (None, job.status)), key=order_of, reverse=True)
        if len(jobs) >= count:
            break
    return jobs[:count]


def order_of(job: FileJob) -> str:
    """The sort key of a job in the lists."""
    return f"{job.received_at}#{job.task_id}"


def _update(
    tenant: str, task_id: str, change: str, condition: str, names: dict[str, str], values: dict[str, Any]
) -> bool:
    # A failed condition means that another delivery of the message, or a try that died later, has done this already.
    key, options = _key(tenant, task_id, "JOB"), {"ExpressionAttributeNames": names}
    return TABLE.update_if(condition, key, change, values, **options)


def _chunk_key(job: FileJob, number: int) -> Item:
    return _key(job.tenant, job.task_id, f"CHUNK#{number:07d}")


def _key(tenant: str, task_id: str, sk: str) -> Item:
    return {"pk": {"S": f"{tenant}#JOB#{task_id}"}, "sk": {"S": sk}}


def _job_of(item: Item) -> FileJob:
    tenant, _, task_id = item["pk"]["S"].split("#")
    split = json_text.read(item["split"]["S"]) if "split" in item else None
    return FileJob(
        tenant=tenant,
        task_id=task_id,
        file=File(item["file_key"]["S"], item["version"]["S"]),
        kind=item["kind"]["S"],
        status=item["status"]["S"],
        received_at=item["received_at"]["S"],
        split=_split_of(split) if split else None,
        hand_overs=int(item.get("hand_overs", {"N": "0"})["N"]),
        chunks_done=int(item.get("chunks_done", {"N": "0"})["N"]),
        counts=Counts(**{name: int(item[name]["N"]) for name in COUNTS if name in item}),
        **{name: item[name]["S"] for name in (*_TIMES, "retried", "error", "encoding") if name in item},
    )


def _split_of(split: dict[str, Any]) -> SplitResult:
    mapping = split.get("mapping")  # jobs that are older than mappings have none
    objects = {"source": File(**split["source"]), "mapping": ColumnMapping(**mapping) if mapping else None}
    # Older jobs knew a list of rejects by the names of its columns alone.
    is_reject_list = split.get("is_reject_list", reject_columns(split["columns"]) is not None)
    return SplitResult(**split | objects | {"is_reject_list": is_reject_list})
