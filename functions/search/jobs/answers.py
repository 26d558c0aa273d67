"""Jobs of search as the API shows them (models.py)."""

from payerworks import json_text
from payerworks.errors import Unavailable
from payerworks.json_text import Json
from payerworks.settings import settings
from search.indexes.drift import DRIFT_KINDS
from search.jobs import repository
from search.jobs.jobs import INDEXES, IndexJob


def require_search() -> None:
    """Raise Unavailable where the stack was given no OpenSearch: a job would wait for ever."""
    if not settings().opensearch_endpoint:
        raise Unavailable("Search is not set up here.")


def drift_answer(job: IndexJob) -> str:
    """A drift check, with what it found."""
    found = {
        kind: {
            "count": job.counts.get(kind, 0),
            "ids": repository.read_found(job, kind) if job.counts.get(kind) else [],
        }
        for kind in DRIFT_KINDS
    }
    own = {"repair": job.details["repair"], "checked": job.counts.get("checked", 0)}
    return json_text.write(_common(job) | own | found | {"repaired": job.counts.get("repaired", 0)})


def reindex_answer(job: IndexJob) -> str:
    """A reindex; it tells of all tenants together, so counts only."""
    own: dict[str, Json] = {"step": job.step} | {name: job.counts.get(name, 0) for name in (*INDEXES, "documents")}
    return json_text.write(_common(job) | own)


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
