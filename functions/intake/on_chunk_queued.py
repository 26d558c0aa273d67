"""Queue IntakeChunks: load a chunk of a file."""

from typing import Any

from intake.jobs import bucket, job_repository
from intake.jobs.jobs import FileJob, chunk_message
from intake.jobs.loading import load_chunk
from intake.jobs.splitting import Chunk
from payerworks.messages import send, sqs_handler
from payerworks.settings import settings


def load(message: dict[str, Any], tries: int) -> None:
    """Load the chunk that a message names, unless it is loaded, and count it; then have the next in turn loaded."""
    job = job_repository.read_job(message["tenant"], message["task_id"])
    chunk = Chunk(**message["chunk"])
    if job.split is None:
        return
    if tries > 1:
        job_repository.note_retry(job, f"chunk {chunk.number + 1}", tries)
    if job_repository.is_loaded(job, chunk.number):
        # The try that loaded it may have died before what comes after.
        job_repository.complete_if_loaded(job.tenant, job.task_id)
    elif not job_repository.finish_chunk(job, chunk.number, load_chunk(job, job.split, chunk)):
        return  # another was faster, and goes on
    _send_next(job, chunk, job.split.chunks)


def _send_next(job: FileJob, chunk: Chunk, chunks: int) -> None:
    number = chunk.number + 1
    if chunk.in_turn and number < chunks and not job_repository.is_loaded(job, number):
        send(settings().queues["intake_chunks"], [chunk_message(job, bucket.read_chunks(job)[number])])


handler = sqs_handler(load, counts_tries=True)
