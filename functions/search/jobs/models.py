"""Models of queries and answers of drift checks and reindexing."""

from typing import Literal

from pydantic import BaseModel, Field

from payerworks.validation import QueryModel
from search.jobs.index_job import Index


class JobQuery(QueryModel):
    """Which index a job is about."""

    index: Index = "plans"


class DriftQuery(JobQuery):
    """Options of a drift check."""

    repair: bool = Field(False, description="Whether to index drifted entries again.")


class SearchJob(BaseModel):
    """A job on a whole index. `stalled`: no progress for half an hour; `failed`: given up; start a new one."""

    id: str
    index: Index
    status: Literal["running", "completed", "failed", "stalled"]
    started_at: str = Field(alias="startedAt")
    updated_at: str = Field(alias="updatedAt")
    finished_at: str | None = Field(alias="finishedAt")
    error: str | None = Field(
        description="Why the next slice waits, such as a server that does not answer, or why the job failed."
    )


class Drifted(BaseModel):
    """Plans or patients with one kind of drift: their number, and the ids of the first thousand."""

    count: int
    ids: list[str]


class DriftCheck(SearchJob):
    """Compares table and index.

    `missing` is not in the index, `stale` differs, `orphaned` is only in the index. `refused` is up to date, but
    OpenSearch refused some of its search fields, so a search may not find it; a repair cannot change that.
    """

    repair: bool
    checked: int = Field(description="Number of table entries compared.")
    missing: Drifted
    stale: Drifted
    orphaned: Drifted
    refused: Drifted
    repaired: int = Field(description="Number of entries queued to be indexed again.")


class Refused(BaseModel):
    """Plans or patients of which OpenSearch refused some search fields, so that a search may not find them."""

    count: int = Field(description="Their number, over all tenants.")
    ids: list[str] = Field(description="The first thousand ids of your tenant.")


class Reindex(SearchJob):
    """A reindex of the plans or patients of all tenants."""

    step: Literal["name", "create", "fill", "switch", "clean"]
    plans: int = Field(description="Plans read from the table and written.")
    patients: int = Field(description="Patients read from the table and written.")
    documents: int = Field(description="Documents written for them.")
    refused: Refused
