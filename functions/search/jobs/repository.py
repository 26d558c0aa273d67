"""Table `search`: the last job of each kind.

pk `{tenant}#{name}#{index}` (drift or reindex; plans or patients; empty tenant for a job on all tenants); sk:
    JOB           id, slices, and the whole job (index_job.py) as JSON text in `job`
    FOUND#{kind}  of a drift check: its id, and in `ids` the first thousand ids of that kind of drift (JSON text);
                  of a reindex, in the partition of each tenant: the refused ones

Access patterns
    the last job        GetItem
    a finished slice    PutItem, on condition that the job is the stored one and no other delivery did the slice
    drift found         GetItem
"""

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import asdict, replace
from typing import Any

from payerworks import json_text, messages
from payerworks.dynamodb import Item, Table
from payerworks.errors import Conflict
from payerworks.settings import settings
from payerworks.times import now
from search.jobs.index_job import FIRST_STEPS, Index, IndexJob, JobName, after_slice, slice_message

_TABLE = Table("search")

MAX_IDS = 1000
"""Ids of a kind of drift that a check stores; the rest are only counted."""


def start_job(
    name: JobName, tenant: str, request_id: str, *, index: Index = "plans", alone: bool = False, **details: Any
) -> IndexJob:
    """Store a new job in place of the last one and send the message for its first slice.

    Raises Conflict if another job is started or makes progress at the same time and, with `alone`, while one runs.
    A crash before the message is sent leaves a job that counts as stalled after half an hour and can be replaced.
    """
    started, job_id = now(), secrets.token_hex(8)
    job = IndexJob(name, tenant, job_id, request_id, FIRST_STEPS[name], started, started, details=details, index=index)
    last = read_job(name, tenant, index)
    last_runs = last is not None and last.status == "running" and not last.stalled
    if (alone and last_runs) or not _put(job, last):
        raise Conflict("Such a job is already running; read its progress.")
    continue_job(job)
    return job


def continue_job(job: IndexJob) -> None:
    """Send the message for a job's next slice."""
    messages.send(settings().queues["search_jobs"], [slice_message(job)])


def read_job(name: JobName, tenant: str, index: Index = "plans") -> IndexJob | None:
    """The last job of a kind; None if there has been none."""
    item = _TABLE.get(_job_key(name, tenant, index, "JOB"))
    return IndexJob(**json_text.read(item["job"]["S"])) if item else None


def finish_slice(before: IndexJob, after: IndexJob) -> bool:
    """Store the job after a slice and send the message for the next one.

    Returns False, and stores nothing, if another delivery did the slice or another job replaced this one.
    """
    job = after_slice(before, after)
    if not _put(job, before):
        return False
    if job.status == "running":
        continue_job(job)
    return True


def note_failure(job: IndexJob, error: str) -> None:
    """Store why a slice failed; its message is redelivered."""
    _put(replace(job, error=error, updated_at=now()), job)


def add_drifted(job: IndexJob, kind: str, ids: Iterable[str]) -> None:
    """Add ids of entries of the job's tenant that have drifted or were refused; ids stored before stay once."""
    stored = list(dict.fromkeys([*read_drifted(job, kind), *ids]))[:MAX_IDS]
    _TABLE.put(_key(job, f"FOUND#{kind}") | {"id": {"S": job.id}, "ids": {"S": json_text.write(stored)}})


def read_drifted(job: IndexJob, kind: str) -> Sequence[str]:
    """The stored ids of one kind of drift, up to MAX_IDS."""
    item = _TABLE.get(_key(job, f"FOUND#{kind}"))
    return json_text.read(item["ids"]["S"]) if item and item["id"]["S"] == job.id else []


def _put(job: IndexJob, before: IndexJob | None) -> bool:
    """Store a job if `before` is still the stored one, with no slice finished since; returns whether it was."""
    guard = {"id": {"S": job.id}, "slices": {"N": str(job.slices)}}
    item = _key(job, "JOB") | guard | {"job": {"S": json_text.write(asdict(job))}}
    if before is None:
        return _TABLE.put_if("attribute_not_exists(pk)", item)
    values = {":id": {"S": before.id}, ":slices": {"N": str(before.slices)}}
    return _TABLE.put_if("id = :id AND slices = :slices", item, values)


def _key(job: IndexJob, sk: str) -> Item:
    return _job_key(job.name, job.tenant, job.index, sk)


def _job_key(name: str, tenant: str, index: str, sk: str) -> Item:
    return {"pk": {"S": f"{tenant}#{name}#{index}"}, "sk": {"S": sk}}
