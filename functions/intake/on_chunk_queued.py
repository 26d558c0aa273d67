"""Queue IntakeChunks: load a chunk of a file."""

from typing import Any

from intake import files, job_repository
from intake.jobs import Job, chunk_message
from intake.loading import load_chunk
from intake.splitting import Chunk
from payerworks.messages import send, sqs_handler
from payerworks.settings import settings


def load(message: dict[str, Any]) -> None:
    """Load the chunk that a message names, unless it is loaded, and count it; then have the next in turn loaded."""
    job = job_repository.read_job(message["tenant"], message["task_id"])
    chunk = Chunk(**message["chunk"])
    if job.plan is None:
        return
    is_loaded = job_repository.is_loaded(job, chunk.number)
    if is_loaded or job_repository.finish_chunk(job, chunk.number, load_chunk(job, job.plan, chunk)):
        # Where another was faster, that one does this; a try before this one may have died just before it.
        _send_next(job, chunk, job.plan.chunks)


def _send_next(job: Job, chunk: Chunk, chunks: int) -> None:
    number = chunk.number + 1
    if chunk.in_turn and number < chunks and not job_repository.is_loaded(job, number):
        send(settings().queues["intake_chunks"], [chunk_message(job, files.read_chunks(job)[number])])


handler = sqs_handler(load)
