"""Queue IntakeChunks: load a chunk of a file into the registry or the claims.

Chunks in turn are a chain: the worker that has loaded one sends the message of the next. It neither ends nor forks:
1. A delivery that finds its chunk loaded sends the next, unless it is noted that somebody has. So a worker that dies
   after it counted its chunk, and before it sent the next, delays the chain until its message comes again.
2. Two deliveries of one message may run side by side. One of them counts the chunk. The other one fails, so that the
   message stays on the queue: it comes again after a pause and finds the chunk loaded, as in 1.
       A counts chunk 5 and dies; B loads it too, cannot count it, and fails; the message comes again → chunk 6 is sent
3. A chunk may so be sent twice: if A is alive, and sends it more than B's pause later. Then one of its two deliveries
   fails as in 2, comes again after the other one noted that the next is sent, and ends. So a second chain ends with
   the next chunk.
"""

from typing import Any

from intake.jobs import bucket, job_order, job_repository, working_files
from intake.jobs.jobs import GONE, FileJob, SplitResult, chunk_message
from intake.jobs.loading import load_chunk
from intake.jobs.splitting import Chunk
from payerworks.dynamodb import busy
from payerworks.messages import send, sqs_handler
from payerworks.settings import settings


def load(message: dict[str, Any], tries: int) -> None:
    """Load and count the message's chunk unless it is loaded already; send the next chunk in turn, or end the job."""
    job = job_repository.read_job(message["tenant"], message["task_id"])
    chunk = Chunk(**message["chunk"])
    if job.split is not None and not job.has_ended:
        if tries > 1:
            job_repository.note_retry(job, f"chunk {chunk.number + 1}", tries)
        try:
            _load(job, job.split, chunk)
        except bucket.FileGone:
            job_order.fail(job, GONE)  # without effect if the end of the job has deleted the file meanwhile
    if job_order.end_if_loaded(job.tenant, job.task_id):
        working_files.delete_working_files(job)


def _load(job: FileJob, split: SplitResult, chunk: Chunk) -> None:
    if not job_repository.is_loaded(job, chunk.number):
        is_counted = job_repository.finish_chunk(job, chunk.number, load_chunk(job, split, chunk))
        if chunk.in_turn and not is_counted:
            raise busy("Another delivery has loaded this chunk.")
    number = chunk.number + 1
    if chunk.in_turn and number < split.chunks and not job_repository.is_next_sent(job, chunk.number):
        send(settings().queues["intake_chunks"], [chunk_message(job, working_files.read_chunks(job, split)[number])])
        job_repository.note_next_sent(job, chunk.number)


handler = sqs_handler(load, counts_tries=True)
