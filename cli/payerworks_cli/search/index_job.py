"""Wait for what the service does in the background, as long as it moves."""

import time
from collections.abc import Callable
from typing import TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic.alias_generators import to_camel

from payerworks_cli.api import Answer, Api
from payerworks_cli.errors import JobFailed, TookTooLong, UnexpectedAnswer
from payerworks_cli.timeouts import Timeouts


class Job(BaseModel):
    """What every job of the service says of itself; it also keeps what is not known here."""

    model_config = ConfigDict(alias_generator=to_camel, extra="allow")

    status: str


Kind = TypeVar("Kind", bound=Job)


def run_job(
    api: Api,
    path: str,
    kind: type[Kind],
    show: Callable[[Kind], None],
    timeouts: Timeouts,
    query: dict[str, str],
    **options: str,
) -> Kind:
    """Start a job with POST and look at it with GET until it has ended; `show` is given each look.

    `query` is of both, `options` are of its start alone.

    Raises JobFailed, and TookTooLong when it stands still.
    """
    job = _read(api.ask("POST", path, expect=(202,), params=query | options), kind)
    moved_at = time.monotonic()
    while job.status == "running":
        show(job)
        time.sleep(timeouts.look)
        before, job = job, _read(api.ask("GET", path, params=query), kind)
        moved_at = moved_at if job == before else time.monotonic()
        if time.monotonic() - moved_at > timeouts.job_stands_still:
            raise TookTooLong(f"The job of {path} has stood still for {timeouts.job_stands_still:.0f} s; `make logs`.")
    if job.status != "completed":
        raise JobFailed(f"The job of {path} has {job.status}; `make logs` tells why.")
    show(job)
    return job


def _read(answer: Answer, kind: type[Kind]) -> Kind:
    try:
        return kind.model_validate(answer.json())
    except ValidationError:
        raise UnexpectedAnswer(f"{answer.request} was answered with something that is no job of its kind.") from None
