"""Answers that show jobs (their models: models.py)."""

from dataclasses import replace

from payerworks import json_text
from payerworks.json_text import Json
from payerworks.search_index import has_engine, needs_engine
from search.indexes.drift import DRIFT_KINDS
from search.jobs import repository
from search.jobs.index_job import INDEXES, IndexJob


def require_search() -> None:
    """Raise NotSupported if the deployment has no OpenSearch: a job would wait for ever."""
    if not has_engine():
        raise needs_engine("searches read the tables, and no index needs a check or a rebuild")


def drift_answer(job: IndexJob) -> str:
    """The answer for a drift check, with the drift found so far."""
    drift = {kind: _found(job, kind) for kind in DRIFT_KINDS}
    options = {"repair": job.details["repair"], "checked": job.counts.get("checked", 0)}
    return json_text.write(_common(job) | options | drift | {"repaired": job.counts.get("repaired", 0)})


def reindex_answer(job: IndexJob, tenant: str) -> str:
    """The answer for a reindex; it covers all tenants, so it shows counts, and ids of this tenant alone."""
    counts: dict[str, Json] = {name: job.counts.get(name, 0) for name in (*INDEXES, "documents")}
    refused = _found(replace(job, tenant=tenant), "refused")
    return json_text.write(_common(job) | {"step": job.step} | counts | {"refused": refused})


def _found(job: IndexJob, kind: str) -> dict[str, Json]:
    number = job.counts.get(kind, 0)
    return {"count": number, "ids": repository.read_drifted(job, kind) if number else []}


def _common(job: IndexJob) -> dict[str, Json]:
    return {
        "id": job.id,
        "index": job.index,
        "status": "stalled" if job.stalled else job.status,
        "startedAt": job.started_at,
        "updatedAt": job.updated_at,
        "finishedAt": job.finished_at,
        "error": job.error,
    }
