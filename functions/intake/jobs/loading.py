"""Load a chunk of a file: read its rows, check them, store the good ones, keep the bad ones as rejects."""

import itertools
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from intake.files.columns import Layout
from intake.files.csv_rows import Row, rows
from intake.files.patient_rows import BadRow, fields_of
from intake.files.rejects import Reject, reject_rows
from intake.jobs import bucket
from intake.jobs.jobs import Counts, FileJob, SplitResult
from intake.jobs.kinds import FILE_KINDS, FileKind
from intake.jobs.row_conflicts import is_contested
from intake.jobs.splitting import Chunk
from intake.registry.registry_rules import Origin

BATCH = 2000
"""Rows that are stored together, in the order of their lines."""


def load_chunk(job: FileJob, split: SplitResult, chunk: Chunk) -> Counts:
    """Load a chunk and count its rows. Running it again gives the same result. Raises Unavailable."""
    kind = FILE_KINDS[job.kind]
    layout = kind.layout_of(split.columns, split.mapping)
    counts: Counter[str] = Counter()
    rejects: list[Reject] = []
    origin = Origin(job.task_id, split.stamp, split.careful)
    chunk_rows = _rows_to_load(job, split, chunk, layout)
    while batch := list(itertools.islice(chunk_rows, BATCH)):
        checked, bad = _checked(kind, batch, layout)
        batch_counts, refused = kind.load(job.tenant, origin, checked)
        cells = {row.line: row.cells for row in batch}
        bad += [Reject(line, reason, cells[line]) for line, reason in refused.items()]
        counts += batch_counts
        counts["rows_read"] += len(batch)
        counts["rejected"] += len(bad)
        rejects += bad
    if rejects:
        bucket.write_rejects(job, chunk, reject_rows(rejects, split.columns, split.delimiter))
    return Counts(**counts)


def _rows_to_load(job: FileJob, split: SplitResult, chunk: Chunk, layout: Layout) -> Iterator[Row]:
    contested = bucket.read_contested(job) if split.contested else frozenset()
    for row in rows(bucket.stream(split.source, chunk.start, chunk.end), split.delimiter, chunk.start, chunk.line):
        try:
            row_contested = split.contested and is_contested(fields_of(row, layout), contested)
        except BadRow:
            row_contested = False
        if row_contested == chunk.contested:
            yield row


def _checked(kind: FileKind[Any], batch: Sequence[Row], layout: Layout) -> tuple[list[Any], list[Reject]]:
    checked = []
    bad: list[Reject] = []
    for row in batch:
        try:
            checked.append(kind.check(fields_of(row, layout), row.line))
        except BadRow as reason:
            bad.append(Reject(row.line, str(reason), row.cells))
    return checked, bad
