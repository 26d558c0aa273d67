"""Queue SearchJobs: do the next slice of a drift check or a reindex, and store the progress."""

from typing import Any

from payerworks.errors import PayerworksError
from payerworks.messages import sqs_handler
from payerworks.opensearch import SECONDS
from search.jobs import drift_check, reindexing, repository
from search.jobs.index_job import INDEXES

_STEPS = {"drift": drift_check.next_slice, "reindex": reindexing.next_slice}


def work_on(message: dict[str, Any], tries: int) -> None:
    """Do a slice unless it is already done, and send the message for the next one.

    A slice that an earlier try may have done in part is verified; that try may also have been one of a message that
    became a dead letter since. A message from the schedule has no job id: it starts drift checks of all tenants with
    repair.
    """
    if "id" not in message:
        for index in INDEXES:
            repository.start_job("drift", "", message["requestId"], index=index, repair=True)
        return
    job = repository.read_job(message["job"], message["tenant"], message["index"])
    if job is None or job.id != message["id"] or job.status != "running":
        return
    if job.slices > message["slice"]:
        # An earlier try may have died after it stored the slice and before it sent the next message.
        repository.continue_job(job)
        return
    try:
        after = _STEPS[job.name](job, verify=tries > 1 or job.was_interrupted)
    except PayerworksError as error:
        repository.note_failure(job, error.detail)
        raise
    repository.finish_slice(job, after)


handler = sqs_handler(work_on, counts_tries=True, shortest_pause=SECONDS)
