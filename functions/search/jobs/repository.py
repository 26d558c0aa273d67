"""Table `search`: the last job of each kind.

pk `{tenant}#{name}#{index}` (drift or reindex; plans or patients; the tenant is empty for a job on all tenants'); sk:
    JOB           id, status, slices, and the whole job (jobs.py) as JSON text in `job`
    FOUND#{kind}  of a drift check: its id, and in `ids` the first thousand ids of that kind (JSON text)

Access patterns
    the last job                       GetItem
    the next slice of a job is done    PutItem, if the job is still this one and no other did the same slice
    what a check has found             GetItem
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
from search.jobs.jobs import FIRST_STEPS, Index, IndexJob, JobName, message_of

_TABLE = Table("search")

MAX_FOUND = 1000
"""Ids of a kind that a check keeps; it counts the rest."""


def begin(
    name: JobName, tenant: str, request_id: str, *, index: Index = "plans", alone: bool = False, **details: Any
) -> IndexJob:
    """Store a new job in place of the last one and have its first slice begin.

    With `alone`, raises Conflict while another one runs. A crash in between leaves a job that nothing goes on with,
    which after half an hour stands in nobody's way.
    """
    began = now()
    new_id, step = secrets.token_hex(8), FIRST_STEPS[name]
    job = IndexJob(name, tenant, new_id, request_id, step, began, began, details=details, index=index)
    held = read(name, tenant, index)
    if alone and held is not None and held.status == "running" and not held.stalled:
        raise _one_runs()
    condition, values = "attribute_not_exists(pk)", {}
    if held is not None:
        condition, values = "id = :id AND slices = :slices", _guard(held)
    if not _put(job, condition, values):
        raise _one_runs()
    continue_job(job)
    return job


def _one_runs() -> Conflict:
    return Conflict("Such a job is running already; its progress can be read.")


def continue_job(job: IndexJob) -> None:
    """Have the next slice of a job begin."""
    messages.send(settings().queues["search_jobs"], [message_of(job)])


def read(name: JobName, tenant: str, index: Index = "plans") -> IndexJob | None:
    """The last job of a kind; None where there never was one."""
    item = _TABLE.get(_key(name, tenant, index, "JOB"))
    return IndexJob(**json_text.read(item["job"]["S"])) if item else None


def finish_slice(before: IndexJob, after: IndexJob) -> bool:
    """Store what a slice has done and have the next begin.

    False where another delivery has done it, or another job took this one's place.
    """
    stored = replace(after, slices=before.slices + 1, updated_at=now(), error=None)
    if not _put(stored, "id = :id AND slices = :slices", _guard(before)):
        return False
    if stored.status == "running":
        continue_job(stored)
    return True


def note_failure(job: IndexJob, error: str) -> None:
    """Store why a slice has not succeeded yet; its message comes again."""
    _put(replace(job, error=error, updated_at=now()), "id = :id AND slices = :slices", _guard(job))


def add_found(job: IndexJob, kind: str, ids: Iterable[str]) -> None:
    """Add what a check of one tenant has found; what is there already changes nothing."""
    held = read_found(job, kind)
    kept = list(dict.fromkeys([*held, *ids]))[:MAX_FOUND]
    item = _found_key(job, kind) | {"id": {"S": job.id}, "ids": {"S": json_text.write(kept)}}
    _TABLE.put(item)


def read_found(job: IndexJob, kind: str) -> Sequence[str]:
    """The ids of a kind that a check has found, up to a thousand."""
    item = _TABLE.get(_found_key(job, kind))
    return json_text.read(item["ids"]["S"]) if item and item["id"]["S"] == job.id else []


def _put(job: IndexJob, condition: str, values: Item) -> bool:
    own = {"id": {"S": job.id}, "slices": {"N": str(job.slices)}, "job": {"S": json_text.write(asdict(job))}}
    return _TABLE.put_if(condition, _key(job.name, job.tenant, job.index, "JOB") | own, values)


def _guard(job: IndexJob) -> Item:
    return {":id": {"S": job.id}, ":slices": {"N": str(job.slices)}}


def _found_key(job: IndexJob, kind: str) -> Item:
    return _key(job.name, job.tenant, job.index, f"FOUND#{kind}")


def _key(name: str, tenant: str, index: str, sk: str) -> Item:
    return {"pk": {"S": f"{tenant}#{name}#{index}"}, "sk": {"S": sk}}
