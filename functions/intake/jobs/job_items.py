"""The items of jobs and contents in table `intake` (repository.py keeps the registry in the same table).

pk, sk:
    {tenant}#JOB#{task_id}       JOB        key, version, kind, status, stamp, times, hand_overs, retried, error,
                                            encoding, uploader (JSON text), split (JSON text), the sums of the counts
    {tenant}#JOB#{task_id}       CHUNK#{n}  a loaded chunk, with its own counts; next_sent, of a chunk in turn
    {tenant}#CONTENT#{id}        CONTENT    first_seen: the stamp of the first job with this content; loaded, once a
                                            job with it is completed
    {tenant}#JOBS                BEGUN      begun: the number of jobs that have begun
    {tenant}#UNFINISHED#{kind}   {stamp}    a job that has begun and not ended

Indexes: by_list (list `{tenant}#JOBS`) and by_file (file `{tenant}#{key}`), both sorted by `list_order`: the time at
which the job was received, and its id.
"""

from typing import Any

from intake.files.columns import ColumnMapping, reject_columns
from intake.jobs.jobs import COUNTS, Counts, File, FileJob, SplitResult
from intake.jobs.uploader import Uploader, uploader_from
from payerworks import json_text
from payerworks.dynamodb import Item, Table
from payerworks.log import log_call
from payerworks.times import now

TABLE = Table("intake")
_TIMES = ("started_at", "handed_on_at", "split_at", "retried_at", "loaded_at", "finished_at")


def chunk_key(job: FileJob, number: int) -> Item:
    return job_key(job.tenant, job.task_id, f"CHUNK#{number:07d}")


def job_key(tenant: str, task_id: str, sk: str) -> Item:
    return {"pk": {"S": f"{tenant}#JOB#{task_id}"}, "sk": {"S": sk}}


def unfinished_key(tenant: str, kind: str, stamp: str) -> Item:
    return {"pk": {"S": f"{tenant}#UNFINISHED#{kind}"}, "sk": {"S": stamp}}


def content_key(tenant: str, content_id: str) -> Item:
    return {"pk": {"S": f"{tenant}#CONTENT#{content_id}"}, "sk": {"S": "CONTENT"}}


def job_upsert(
    tenant: str, task_id: str, file: File, texts: dict[str, str]
) -> tuple[str, dict[str, str], dict[str, Any]]:
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


def job_of(item: Item) -> FileJob:
    """The job in an item."""
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
        beside=tuple(item["beside"]["S"].split()) if "beside" in item else (),
        split=_split_of(split) if split else None,
        uploader=uploader_from(json_text.read(item["uploader"]["S"])) if "uploader" in item else Uploader(),
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
    split.pop("careful", None)  # of jobs that began before jobs knew which others were at work
    return SplitResult(**split | objects | {"is_reject_list": is_reject_list})


def order_of(job: FileJob) -> str:
    """The sort key of a job in the lists."""
    return f"{job.received_at}#{job.task_id}"


def log_step(job: FileJob, step: str, **members: Any) -> None:
    """Log a step of a job that was stored."""
    log_call("job", task_id=job.task_id, step=step, **members)
