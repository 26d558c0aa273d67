"""Queue SearchJobs: do the next slice of a drift check or a reindex, and store how far it is."""

from typing import Any

from payerworks.errors import PayerworksError
from payerworks.messages import sqs_handler
from search.jobs import drift_check, reindexing, repository
from search.jobs.jobs import INDEXES

_STEPS = {"drift": drift_check.next_slice, "reindex": reindexing.next_slice}


def work_on(message: dict[str, Any], tries: int) -> None:
    """Do a slice, unless it is done, and send the message of the next.

    A message of the schedule names no job: it begins checks of all tenants that repair what they find.
    """
    if "id" not in message:
        for index in INDEXES:
            repository.begin("drift", "", message["requestId"], index=index, repair=True)
        return
    job = repository.read(message["job"], message["tenant"], message["index"])
    if job is None or job.id != message["id"] or job.status != "running":
        return
    if job.slices > message["slice"]:
        # The try before this one may have died between storing and sending.
        repository.continue_job(job)
        return
    try:
        after = _STEPS[job.name](job, doubted=tries > 1)
    except PayerworksError as error:
        repository.note_failure(job, error.detail)
        raise
    repository.finish_slice(job, after)


handler = sqs_handler(work_on, counts_tries=True)
