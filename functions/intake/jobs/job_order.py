"""Table `intake`: the begin and the end of jobs (keys, attributes and indexes: job_items.py).

Jobs have an order that no clock and no notification decides:
1. One transaction begins a job: its status, its stamp, the count of jobs begun, its UNFINISHED item. The stamp is the
   next number, on the condition that the count is as it was read. So stamps are in the order of the commits, and a job
   that has not begun gets a later stamp than all that have.
2. One transaction ends a job and deletes its UNFINISHED item.
3. So a consistent Query of the UNFINISHED items, made before that condition is judged, shows each earlier job that may
   still write when this one begins. The job keeps what it shows (registry_rules.Origin):
       A begins: 1; B begins: 2, and 1 is at work; A ends; C begins: 3, and 2 is at work
       What begins later has later stamps, whatever it finds stored: B need not know of 3.
4. A job that fails leaves the order: its content counts as not seen, unless another job with it was completed.

Access patterns
    begin, end a job        a transaction
    jobs at work            Query, consistent
    a content               PutItem, or an update, by condition
"""

import contextlib
import itertools
from collections.abc import Sequence
from dataclasses import asdict

from intake.jobs.job_items import TABLE, content_key, job_key, job_upsert, log_step, unfinished_key
from intake.jobs.job_repository import read_job
from intake.jobs.jobs import File, FileJob, SplitResult
from intake.jobs.uploader import Uploader
from intake.registry.registry_rules import MAX_BESIDE
from payerworks import json_text
from payerworks.dynamodb import ConditionFailed, Item, Part, busy, transact, tries
from payerworks.times import now


def begin(tenant: str, task_id: str, file: File, uploader: Uploader | None = None) -> FileJob:
    """Start the job of an uploader's file, unless it has begun before. Returns the job, which may have ended."""
    for _ in tries():
        try:
            transact(_beginning(tenant, task_id, file, uploader or Uploader()))
        except ConditionFailed as failed:
            if failed.reasons[0] == "ConditionalCheckFailed":
                return read_job(tenant, task_id)
        else:
            job = read_job(tenant, task_id)
            log_step(job, "received", at=job.received_at)
            log_step(job, "started")
            return job
    raise busy("Others keep starting jobs; try again.")


def _beginning(tenant: str, task_id: str, file: File, uploader: Uploader) -> list[Part]:
    begun_key = {"pk": {"S": f"{tenant}#JOBS"}, "sk": {"S": "BEGUN"}}
    begun = TABLE.get(begun_key)
    number = int(begun["begun"]["N"]) if begun else 0
    # Stamps used to be times, and "J" sorts after the digits that those begin with.
    stamp = f"J{number + 1:012d}"
    beside = " ".join(_at_work(tenant, file.kind))
    texts = {"status": "running", "started_at": now(), "stamp": stamp} | ({"beside": beside} if beside else {})
    texts["uploader"] = json_text.write(asdict(uploader))
    change, names, values = job_upsert(tenant, task_id, file, texts)
    unless_begun = "attribute_not_exists(pk) OR #status = :queued"
    queued = {":queued": {"S": "queued"}}
    if_unchanged = "begun = :before" if begun else "attribute_not_exists(pk)"
    before = {":before": {"N": str(number)}} if begun else {}
    key = job_key(tenant, task_id, "JOB")
    return [
        TABLE.update_part(key, change, values | queued, unless_begun, ExpressionAttributeNames=names),
        TABLE.update_part(begun_key, "SET begun = :next", {":next": {"N": str(number + 1)}} | before, if_unchanged),
        TABLE.put_part(unfinished_key(tenant, file.kind, stamp) | {"task_id": {"S": task_id}}),
    ]


def first_seen(job: FileJob, content_id: str) -> str:
    """The stamp of the first job with a content: this job's, unless there was another."""
    content = content_key(job.tenant, content_id) | {"first_seen": {"S": job.stamp}}
    try:
        TABLE.put(content, "attribute_not_exists(first_seen)")
    except ConditionFailed as failed:
        return str((failed.item or {})["first_seen"]["S"])
    return job.stamp


def _at_work(tenant: str, kind: str) -> list[str]:
    """The stamps of the unfinished jobs of a kind, up to MAX_BESIDE, the earliest."""
    values = {":pk": unfinished_key(tenant, kind, "")["pk"]}
    items = TABLE.query("pk = :pk", values, ConsistentRead=True, Limit=MAX_BESIDE)
    return [item["sk"]["S"] for item in itertools.islice(items, MAX_BESIDE)]


def end_if_loaded(tenant: str, task_id: str) -> bool:
    """Complete the job if all its chunks are loaded. Returns whether it has ended, now or before."""
    job = read_job(tenant, task_id)
    if job.status == "running" and job.split is not None and job.chunks_done == job.split.chunks:
        key = content_key(tenant, _content_id(job.split))
        change = "SET first_seen = if_not_exists(first_seen, :seen), loaded = :at"
        values = {":seen": {"S": job.split.stamp.partition("#")[0]}, ":at": {"S": now()}}
        _finish(job, "completed", None, [TABLE.update_part(key, change, values)])
        return True
    return job.has_ended


def fail(job: FileJob, reason: str) -> None:
    """End the job of a file that cannot be read or loaded; the reason must hold no patient data."""
    split = read_job(job.tenant, job.task_id).split
    if split is not None:
        _forget(content_key(job.tenant, _content_id(split)), {"S": job.stamp})
    _finish(job, "failed", reason)


def _forget(content: Item, own: dict[str, str]) -> None:
    """Forget when a content was first seen, if it was by the job with this stamp, and never loaded."""
    if_only_seen = "first_seen = :own AND attribute_not_exists(loaded)"
    if (TABLE.get(content) or {}).get("first_seen") == own:
        TABLE.update_if(if_only_seen, content, "REMOVE first_seen", {":own": own})


def _content_id(split: SplitResult) -> str:
    return split.stamp.partition("#")[2]


def _finish(job: FileJob, status: str, error: str | None, also: Sequence[Part] = ()) -> None:
    texts = {"status": status, "finished_at": now()} | ({"error": error} if error else {})
    change = "SET " + ", ".join(f"#{name} = :{name}" for name in texts)
    names = {f"#{name}": name for name in texts}
    values = {f":{name}": {"S": text} for name, text in texts.items()} | {":running": {"S": "running"}}
    key = job_key(job.tenant, job.task_id, "JOB")
    end = TABLE.update_part(key, change, values, "#status = :running", ExpressionAttributeNames=names)
    with contextlib.suppress(ConditionFailed):  # another delivery has ended it
        transact([end, TABLE.delete_part(unfinished_key(job.tenant, job.kind, job.stamp)), *also])
        log_step(job, status, **asdict(job.counts))
