"""Split a file within the time of an invocation, with checkpoints from which the next invocation continues."""

from collections.abc import Iterable, Iterator

from intake.files.columns import Header, Layout
from intake.files.unreadable import UnreadableFile
from intake.jobs import bucket, working_files
from intake.jobs.jobs import File, FileJob
from intake.jobs.kinds import FILE_KINDS
from intake.jobs.splitting import SplitChunks, Splitter
from payerworks.messages import SecondsLeft

MARGIN_SECONDS = 120
"""Time kept at the end of an invocation, to store 32 MB and send messages, with all retries."""
CHECKPOINT_SECONDS = 60
"""Time between two checkpoints: the work lost when an invocation dies."""
MAX_HAND_OVERS = 100
"""Hand-overs to another invocation, of 13 minutes each: a limit, so that no file is read forever."""


class OutOfTime(Exception):
    """The rest of the work is for another invocation."""


def check_time(job: FileJob, seconds_left: float) -> None:
    """Raise OutOfTime if the invocation should start no more work, UnreadableFile after too many invocations."""
    if seconds_left < MARGIN_SECONDS:
        if job.hand_overs >= MAX_HAND_OVERS:
            raise UnreadableFile("The file takes too long to read.")
        raise OutOfTime


def split_file(job: FileJob, source: File, header: Header, layout: Layout, seconds_left: SecondsLeft) -> SplitChunks:
    """Split a job's file from its last checkpoint on.

    Stores a new checkpoint before it raises OutOfTime or UnreadableFile (check_time).
    """
    splitter = Splitter(header, FILE_KINDS[job.kind], layout, working_files.read_checkpoint(job))
    splitter.read(_with_checkpoints(job, splitter, bucket.stream(source, splitter.start), seconds_left))
    return splitter.split()


def _with_checkpoints(
    job: FileJob, splitter: Splitter, blocks: Iterable[bytes], seconds_left: SecondsLeft
) -> Iterator[bytes]:
    left_at_checkpoint = seconds_left()
    for block in blocks:
        left = seconds_left()
        if left < MARGIN_SECONDS or left_at_checkpoint - left >= CHECKPOINT_SECONDS:
            working_files.write_checkpoint(job, splitter.checkpoint())
            left_at_checkpoint = left
        check_time(job, left)
        yield block
