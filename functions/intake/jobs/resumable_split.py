"""The split of a file within the time of an invocation, and where the next one goes on with it."""

from collections.abc import Iterable, Iterator

from intake.files.columns import Header, Layout
from intake.files.unreadable import UnreadableFile
from intake.jobs import bucket
from intake.jobs.jobs import File, FileJob
from intake.jobs.splitting import SplitChunks, Splitter
from payerworks.messages import SecondsLeft

MARGIN_SECONDS = 120
"""What an invocation needs at its end: to keep 32 MB and send messages, each with all its tries."""
CHECKPOINT_SECONDS = 60
"""The time of a split between two checkpoints: what is lost where its invocation dies."""
MOST_HAND_OVERS = 100
"""Invocations of 13 minutes each: no file, whatever is in it, is read for ever."""


class OutOfTime(Exception):
    """The rest is for another invocation."""


def check_time(job: FileJob, seconds_left: float) -> None:
    """Raise OutOfTime where an invocation should begin no more work, or UnreadableFile where many did not suffice."""
    if seconds_left < MARGIN_SECONDS:
        if job.hand_overs >= MOST_HAND_OVERS:
            raise UnreadableFile("The file takes too long to read.")
        raise OutOfTime


def split_file(
    job: FileJob, source: File, header: Header, layout: Layout | None, seconds_left: SecondsLeft
) -> SplitChunks:
    """Split a job's file from its last checkpoint on. Raises as check_time does, with a new checkpoint kept."""
    splitter = Splitter(header, layout, bucket.read_checkpoint(job))
    splitter.read(_kept(job, splitter, bucket.stream(source, splitter.start), seconds_left))
    return splitter.split()


def _kept(job: FileJob, splitter: Splitter, blocks: Iterable[bytes], seconds_left: SecondsLeft) -> Iterator[bytes]:
    kept = seconds_left()
    for block in blocks:
        left = seconds_left()
        if left < MARGIN_SECONDS or kept - left >= CHECKPOINT_SECONDS:
            bucket.write_checkpoint(job, splitter.checkpoint())
            kept = left
        check_time(job, left)
        yield block
