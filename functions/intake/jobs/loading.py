"""Load a chunk of a file: read its rows, check them, store the good ones, keep the bad ones as rejects."""

import itertools
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from intake.files.columns import Layout
from intake.files.patient_rows import BadRow
from intake.files.reject_reasons import reason_of
from intake.files.rejects import Reject, duplicate_rows, reject_rows
from intake.jobs import bucket, working_files
from intake.jobs.jobs import Counts, FileJob, SplitResult
from intake.jobs.kinds import FILE_KINDS, FileKind
from intake.jobs.row_conflicts import is_contested
from intake.jobs.row_trail import RowTrail
from intake.jobs.splitting import Chunk
from intake.registry.registry_rules import Origin
from payerworks.csv_rows import Row, rows
from payerworks.errors import Fault
from payerworks.log import count

BATCH = 2000
"""Rows that are stored together, in the order of their lines."""


def load_chunk(job: FileJob, split: SplitResult, chunk: Chunk) -> Counts:
    """Load a chunk and count its rows. Running it again gives the same result.

    Raises Unavailable, FileGone, ConnectionError.
    """
    kind = FILE_KINDS[job.kind]
    layout = replace(kind.layout_of(split.columns, split.mapping), is_reject_list=split.is_reject_list)
    counts: Counter[str] = Counter()
    rejects: list[Reject] = []
    duplicates: dict[int, str] = {}
    origin = Origin(job.task_id, split.stamp, job.stamp, job.beside, job.file.key)
    trail = RowTrail(job, chunk)
    counts_equal_rows = chunk.contested and kind.counts_equal_rows
    earlier = working_files.read_earlier_rows(job, split, chunk) if counts_equal_rows else Counter()
    chunk_rows = _rows_to_load(kind, layout, job, split, chunk)
    while batch := list(itertools.islice(chunk_rows, BATCH)):
        bad = [_reject(row, checked.faults, layout) for row, checked in batch if isinstance(checked, BadRow)]
        good = [checked for _, checked in batch if checked is not None and not isinstance(checked, BadRow)]
        blank = sum(checked is None for _, checked in batch)
        loaded = kind.load(job.tenant, origin, good, earlier, trail.announce)
        trail.conclude()
        bad += [_reject(row, [loaded.refused[row.line]], layout) for row, _ in batch if row.line in loaded.refused]
        counts += loaded.counts
        counts += Counter(
            rows_read=len(batch) - blank, blank=blank, rejected=len(bad), duplicates=len(loaded.duplicates)
        )
        count("RowsRead", len(batch) - blank)
        count("RowsRejected", len(bad))
        rejects += bad
        duplicates |= loaded.duplicates
    if rejects:
        lines = reject_rows(rejects, split.columns, split.delimiter, is_reject_list=split.is_reject_list)
        bucket.write_rows(job, chunk, "rejects", lines)
    if duplicates:
        bucket.write_rows(job, chunk, "duplicates", duplicate_rows(duplicates))
    if counts_equal_rows:
        working_files.write_earlier_rows(job, chunk, earlier)
    return Counts(**counts)


def _reject(row: Row, faults: Sequence[Fault], layout: Layout) -> Reject:
    return Reject(row.line, reason_of(faults, row, layout), row.cells)


def _rows_to_load(
    kind: FileKind[Any], layout: Layout, job: FileJob, split: SplitResult, chunk: Chunk
) -> Iterator[tuple[Row, Any | BadRow | None]]:
    contested = working_files.read_contested(job, split)
    for row in rows(bucket.stream(split.source, chunk.start, chunk.end), split.delimiter, chunk.start, chunk.line):
        checked = kind.read(row, layout)
        keys = () if checked is None or isinstance(checked, BadRow) else kind.keys_of(checked)
        if is_contested(keys, contested) == chunk.contested:
            yield row, checked
