"""Table `intake`: the jobs and the contents seen (repository.py keeps the registry in the same table).

pk, sk:
    {tenant}#JOB#{task_id}       JOB        key, version, kind, status, stamp, times, hand_overs, retried, error,
                                            encoding, split (JSON text), the sums of the counts
    {tenant}#JOB#{task_id}       CHUNK#{n}  a loaded chunk, with its own counts; next_sent, of a chunk in turn
    {tenant}#CONTENT#{id}        CONTENT    first_seen: the stamp of the first job with this content; loaded, once a
                                            job with it is completed
    {tenant}#JOBS                BEGUN      begun: the number of jobs that have begun
    {tenant}#UNFINISHED#{kind}   {stamp}    a job that has begun and not ended
One transaction puts a chunk's counts and adds them to the sums, so a chunk is counted once, however often it is
loaded. The call that stores a step of a job also logs it.

Jobs have an order that no clock and no notification decides:
1. One transaction begins a job: its status, its stamp, the count of jobs begun, its UNFINISHED item. The stamp is the
   next number, on the condition that the count is as it was read. So stamps are in the order of the commits, and a job
   that has not begun gets a later stamp than all that have.
2. One transaction ends a job and deletes its UNFINISHED item.
3. So a consistent Query of the UNFINISHED items before a job's own shows each earlier job that may still write:
       A begins: 1; B begins: 2; B's Query shows 1 → careful (registry_rules.Origin)
       A ends; C begins: 3, while B is unfinished; C's Query shows 2
       B's Query never shows 3: what begins later has later stamps, whatever it finds stored
4. A job that fails leaves the order: its content counts as not seen, unless another job with it was completed.

Indexes: by_list (list `{tenant}#JOBS`) and by_file (file `{tenant}#{key}`), both sorted by `list_order`: the time at
which the job was received, and its id.

Access patterns
    a job                   GetItem
    earlier jobs at work    Query, consistent
    jobs, newest first      Query by_list, or by_file for those of one key, then BatchGetItem
"""

import contextlib
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from intake.files.columns import ColumnMapping, reject_columns
from intake.jobs.jobs import COUNTS, Counts, File, FileJob, SplitResult
from payerworks import json_text
from payerworks.batches import read_all
from payerworks.dynamodb import ConditionFailed, Item, Part, Table, busy, transact, tries
from payerworks.errors import NotFound
from payerworks.log import log_call
from payerworks.times import now

TABLE = Table("intake")
_TIMES = ("started_at", "handed_on_at", "split_at", "retried_at", "loaded_at", "finished_at")


def add_queued(tenant: str, task_id: str, file: File) -> None:
    """Store a job for a stored file before S3's notification arrives; an existing job stays unchanged."""
    change, names, values = _upsert(tenant, task_id, file, {"status": "queued"})
    _update(tenant, task_id, change, "attribute_not_exists(pk)", names, values)


def begin(tenant: str, task_id: str, file: File) -> FileJob:
    """Start the job of a file, unless it has begun before. Returns the job, which may have ended."""
    for _ in tries():
        try:
            transact(_beginning(tenant, task_id, file))
        except ConditionFailed as failed:
            if failed.reasons[0] == "ConditionalCheckFailed":
                return read_job(tenant, task_id)
        else:
            job = read_job(tenant, task_id)
            _log(job, "received", at=job.received_at)
            _log(job, "started")
            return job
    raise busy("Others keep starting jobs; try again.")


def _beginning(tenant: str, task_id: str, file: File) -> list[Part]:
    begun_key = {"pk": {"S": f"{tenant}#JOBS"}, "sk": {"S": "BEGUN"}}
    begun = TABLE.get(begun_key)
    number = int(begun["begun"]["N"]) if begun else 0
    # Stamps used to be times, and "J" sorts after the digits that those begin with.
    stamp = f"J{number + 1:012d}"
    change, names, values = _upsert(tenant, task_id, file, {"status": "running", "started_at": now(), "stamp": stamp})
    unless_begun = "attribute_not_exists(pk) OR #status = :queued"
    queued = {":queued": {"S": "queued"}}
    if_unchanged = "begun = :before" if begun else "attribute_not_exists(pk)"
    before = {":before": {"N": str(number)}} if begun else {}
    key = _key(tenant, task_id, "JOB")
    return [
        TABLE.update_part(key, change, values | queued, unless_begun, ExpressionAttributeNames=names),
        TABLE.update_part(begun_key, "SET begun = :next", {":next": {"N": str(number + 1)}} | before, if_unchanged),
        TABLE.put_part(_unfinished_key(tenant, file.kind, stamp) | {"task_id": {"S": task_id}}),
    ]


def _unfinished_key(tenant: str, kind: str, stamp: str) -> Item:
    return {"pk": {"S": f"{tenant}#UNFINISHED#{kind}"}, "sk": {"S": stamp}}


def _upsert(tenant: str, task_id: str, file: File, texts: dict[str, str]) -> tuple[str, dict[str, str], dict[str, Any]]:
    """The update that makes or changes a job: its expression, names and values."""
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
    names = {f"#{name}": name for name in (*initial, *texts)}
    values = {f":{name}": {"S": value} for name, value in (initial | texts).items()}
    return "SET " + ", ".join(changes), names, values


def first_seen(job: FileJob, content_id: str) -> str:
    """The stamp of the first job with a content: this job's, unless there was another."""
    content = _content_key(job.tenant, content_id) | {"first_seen": {"S": job.stamp}}
    try:
        TABLE.put(content, "attribute_not_exists(first_seen)")
    except ConditionFailed as failed:
        return str((failed.item or {})["first_seen"]["S"])
    return job.stamp


def _content_key(tenant: str, content_id: str) -> Item:
    return {"pk": {"S": f"{tenant}#CONTENT#{content_id}"}, "sk": {"S": "CONTENT"}}


def has_unfinished_before(job: FileJob) -> bool:
    """Whether a job of this kind that began before this one is unfinished."""
    unfinished = _unfinished_key(job.tenant, job.kind, job.stamp)
    values = {":pk": unfinished["pk"], ":own": unfinished["sk"]}
    earlier = TABLE.query("pk = :pk AND sk < :own", values, ConsistentRead=True, Limit=1)
    return next(earlier, None) is not None


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


def set_split(job: FileJob, split: SplitResult) -> SplitResult:
    """Store the result of the split, unless the job has one already. Returns the one stored."""
    names = {"#split": "split", "#split_at": "split_at"}
    values = {":split": {"S": json_text.write(asdict(split))}, ":split_at": {"S": now()}}
    change = "SET #split = :split, #split_at = :split_at"
    if _update(job.tenant, job.task_id, change, "attribute_not_exists(#split)", names, values):
        _log(job, "split", chunks=split.chunks, hand_overs=job.hand_overs)
        return split
    return read_job(job.tenant, job.task_id).split or split


def finish_chunk(job: FileJob, number: int, counts: Counts) -> bool:
    """Count a loaded chunk once. Returns False if it was counted before."""
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
        return False
    _log(job, "loading", chunk=number, **asdict(counts))
    return True


def end_if_loaded(tenant: str, task_id: str) -> bool:
    """Complete the job if all its chunks are loaded. Returns whether it has ended, now or before."""
    job = read_job(tenant, task_id)
    if job.status == "running" and job.split is not None and job.chunks_done == job.split.chunks:
        key = _content_key(tenant, _content_id(job.split))
        change = "SET first_seen = if_not_exists(first_seen, :seen), loaded = :at"
        values = {":seen": {"S": job.split.stamp.partition("#")[0]}, ":at": {"S": now()}}
        _finish(job, "completed", None, [TABLE.update_part(key, change, values)])
        return True
    return job.has_ended


def fail(job: FileJob, reason: str) -> None:
    """End the job of a file that cannot be read or loaded; the reason must hold no patient data."""
    split = read_job(job.tenant, job.task_id).split
    if split is not None:
        if_only_seen = "first_seen = :own AND attribute_not_exists(loaded)"
        key, own = _content_key(job.tenant, _content_id(split)), {":own": {"S": job.stamp}}
        TABLE.update_if(if_only_seen, key, "REMOVE first_seen", own)
    _finish(job, "failed", reason)


def _content_id(split: SplitResult) -> str:
    return split.stamp.partition("#")[2]


def _finish(job: FileJob, status: str, error: str | None, also: Sequence[Part] = ()) -> None:
    texts = {"status": status, "finished_at": now()} | ({"error": error} if error else {})
    change = "SET " + ", ".join(f"#{name} = :{name}" for name in texts)
    names = {f"#{name}": name for name in texts}
    values = {f":{name}": {"S": text} for name, text in texts.items()} | {":running": {"S": "running"}}
    key = _key(job.tenant, job.task_id, "JOB")
    end = TABLE.update_part(key, change, values, "#status = :running", ExpressionAttributeNames=names)
    with contextlib.suppress(ConditionFailed):  # another delivery has ended it
        transact([end, TABLE.delete_part(_unfinished_key(job.tenant, job.kind, job.stamp)), *also])
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


def is_next_sent(job: FileJob, number: int) -> bool:
    """Whether the message of the chunk after a loaded one is known to be sent."""
    return "next_sent" in (TABLE.get(_chunk_key(job, number)) or {})


def note_next_sent(job: FileJob, number: int) -> None:
    """Note that the message of the chunk after a loaded one is sent."""
    TABLE.update(_chunk_key(job, number), "SET next_sent = :at", {":at": {"S": now()}})


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
        # Jobs that began before jobs had stamps are earlier than those that have.
        stamp=(item.get("stamp") or item.get("started_at") or {"S": ""})["S"],
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
