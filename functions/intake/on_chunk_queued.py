"""Queue IntakeChunks: load a chunk of a file into the registry or the claims."""

from typing import Any

from intake.jobs import bucket, job_repository
from intake.jobs.jobs import FileJob, chunk_message
from intake.jobs.loading import load_chunk
from intake.jobs.splitting import Chunk
from payerworks.messages import send, sqs_handler
from payerworks.settings import settings


def load(message: dict[str, Any], tries: int) -> None:
    """Load and count the message's chunk unless it is loaded already; then send the next chunk in turn, if any."""
    job = job_repository.read_job(message["tenant"], message["task_id"])
    chunk = Chunk(**message["chunk"])
    if job.split is None:
        return
    if tries > 1:
        job_repository.note_retry(job, f"chunk {chunk.number + 1}", tries)
    if job_repository.is_loaded(job, chunk.number):
        # The try that loaded the chunk may have died before it completed the job.
        job_repository.complete_if_loaded(job.tenant, job.task_id)
    elif not job_repository.finish_chunk(job, chunk.number, load_chunk(job, job.split, chunk)):
        return  # another delivery was faster, and sends the next chunk
    _send_next(job, chunk, job.split.chunks)


def _send_next(job: FileJob, chunk: Chunk, chunks: int) -> None:
    number = chunk.number + 1
    if chunk.in_turn and number < chunks and not job_repository.is_loaded(job, number):
        send(settings().queues["intake_chunks"], [chunk_message(job, bucket.read_chunks(job)[number])])


handler = sqs_handler(load, counts_tries=True)
