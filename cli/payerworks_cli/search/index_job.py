"""A job on a search index: its index, its start, and the wait for its end."""

import time
from collections.abc import Callable
from enum import StrEnum
from typing import Annotated, TypeVar

import typer
from pydantic import BaseModel
from pydantic.alias_generators import to_camel

from payerworks_cli.api import Api
from payerworks_cli.errors import JobFailed, TookTooLong
from payerworks_cli.timeouts import Timeouts


class Index(StrEnum):
    """An index, by its name in the API."""

    PLANS = "plans"
    PATIENTS = "patients"

    @property
    def noun(self) -> str:
        """What one of its entries is called."""
        return self.value.removesuffix("s")


IndexOption = Annotated[Index, typer.Option("--index", metavar="INDEX", help="plans or patients.")]


class IndexJob(BaseModel, alias_generator=to_camel, extra="allow"):
    """The members that all such jobs have; other members are kept."""

    status: str
    error: str | None = None


JobType = TypeVar("JobType", bound=IndexJob)


def run_job(
    api: Api,
    path: str,
    index: Index,
    job_type: type[JobType],
    show: Callable[[JobType], None],
    timeouts: Timeouts,
    **options: str,
) -> JobType:
    """Start a job with POST, with `options`, and poll it with GET until it has ended; `show` receives each state.

    Raises JobFailed, and TookTooLong if the job stops moving.
    """
    query = {"index": index.value}
    name = f"job of `search {path.rpartition('/')[2]}`"
    job = api.ask("POST", path, expect=(202,), params=query | options).parse(job_type)
    moved_at = time.monotonic()
    while job.status == "running":
        show(job)
        time.sleep(timeouts.poll)
        before, job = job, api.ask("GET", path, params=query).parse(job_type)
        moved_at = moved_at if job == before else time.monotonic()
        if time.monotonic() - moved_at > timeouts.job_stands_still:
            raise TookTooLong(
                f"The {name} has stood still for {timeouts.job_stands_still:.0f} s"
                f"{f' ({job.error})' if job.error else ''}; see {api.deployment.logs()}."
            )
    if job.status != "completed":
        raise JobFailed(f"The {name} has {job.status}: {job.error or f'see {api.deployment.logs()}'}")
    show(job)
    return job
