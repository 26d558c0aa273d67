"""Queue IntakeChunks: load a chunk of a file."""

from typing import Any

from intake import job_repository
from intake.loading import load_chunk
from intake.splitting import Chunk
from payerworks.messages import sqs_handler


def load(message: dict[str, Any]) -> None:
    """Load the chunk that a message names, unless it is loaded, and count it."""
    job = job_repository.read_job(message["tenant"], message["task_id"])
    chunk = Chunk(**message["chunk"])
    if job.plan is None or job_repository.is_loaded(job, chunk.number):
        return
    job_repository.finish_chunk(job, chunk.number, load_chunk(job, job.plan, chunk))


handler = sqs_handler(load)
