"""The content of a job's file as workers read it: unpacked, and in UTF-8.

A file that is packed or in another encoding is copied into the bucket, so that each worker can read a range of bytes.
That fits into one invocation: a copy of the maximum of 4 GB takes a few of its 15 minutes.
"""

from collections.abc import Iterator
from itertools import chain

from intake.files.encodings import UTF_8, encoding_of, in_utf8
from intake.files.unpacking import MAGIC, unpacked
from intake.jobs import bucket, job_repository, working_files
from intake.jobs.jobs import File, FileJob


def source_of(job: FileJob, named_encoding: str | None) -> File:
    """The file to read for a job, of which the job then shows the encoding. Raises UnreadableFile, FileGone."""
    blocks = bucket.stream(job.file)
    beginning = next(blocks, b"")
    source = job.file
    content: Iterator[bytes] = chain([beginning], blocks)
    if beginning.startswith(MAGIC):
        source = working_files.copy_once(job, "csv", unpacked(content))
        content = bucket.stream(source)
    # A mapping that changed after an earlier try does not change the encoding: a checkpoint counts bytes of the copy.
    encoding = job.encoding or job_repository.set_encoding(job, encoding_of(content, named_encoding))
    if encoding == UTF_8:
        return source
    return working_files.copy_once(job, "utf8.csv", in_utf8(bucket.stream(source), encoding))
