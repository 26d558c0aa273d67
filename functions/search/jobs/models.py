"""What administrators ask of search and are told: drift checks and reindexing."""

from typing import Literal

from pydantic import BaseModel, Field

from payerworks.validation import QueryModel
from search.jobs.jobs import Index


class JobQuery(QueryModel):
    """Which index a job is about."""

    index: Index = "plans"


class DriftQuery(JobQuery):
    """How a drift check is made."""

    repair: bool = Field(False, description="Whether to index what differs anew.")


class SearchJob(BaseModel):
    """A job on a whole index. `stalled`: nothing has gone on for half an hour; it may be begun anew."""

    id: str
    index: Index
    status: Literal["running", "completed", "stalled"]
    started_at: str = Field(alias="startedAt")
    updated_at: str = Field(alias="updatedAt")
    finished_at: str | None = Field(alias="finishedAt")
    error: str | None = Field(description="Why the next step waits, such as a server that does not answer.")


class Drifted(BaseModel):
    """Plans or patients of one kind of drift: how many, and the ids of the first thousand."""

    count: int
    ids: list[str]


class DriftCheck(SearchJob):
    """What is missing is not in the index, what is stale otherwise than in the table, orphaned only in the index."""

    repair: bool
    checked: int = Field(description="How many of the table were looked at.")
    missing: Drifted
    stale: Drifted
    orphaned: Drifted
    repaired: int = Field(description="How many were sent to be indexed anew.")


class Reindex(SearchJob):
    """A reindex of the plans, or the patients, of all tenants."""

    step: Literal["name", "create", "fill", "switch", "clean"]
    plans: int = Field(description="Plans that were read from the table and written.")
    patients: int = Field(description="Patients that were.")
    documents: int = Field(description="Documents that these are.")
