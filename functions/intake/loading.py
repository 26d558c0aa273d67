"""A chunk of a file loaded: its rows read, checked and brought in, the bad ones kept as rejects."""

import itertools
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from intake import files
from intake.columns import Layout
from intake.contests import is_contested
from intake.csv_rows import Row, rows
from intake.jobs import Counts, Job, Plan
from intake.kinds import KINDS, Kind
from intake.records import BadRow, fields_of
from intake.rejects import Reject, reject_rows
from intake.splitting import Chunk

BATCH = 2000
"""Rows that are brought in together, in the order of their lines."""


def load_chunk(job: Job, plan: Plan, chunk: Chunk) -> Counts:
    """Load a chunk; again and again with the same result. Raises Unavailable."""
    kind = KINDS[job.kind]
    layout = kind.layout_of(plan.columns, plan.mapping)
    counts: Counter[str] = Counter()
    rejects: list[Reject] = []
    found = _rows_to_load(job, plan, chunk, layout)
    while batch := list(itertools.islice(found, BATCH)):
        checked, bad = _checked(kind, batch, layout)
        told, refused = kind.load(job, plan, checked)
        cells = {row.line: row.cells for row in batch}
        bad += [Reject(line, reason, cells[line]) for line, reason in refused.items()]
        counts += told
        counts["rows_read"] += len(batch)
        counts["rejected"] += len(bad)
        rejects += bad
    if rejects:
        files.write_rejects(job, chunk, reject_rows(rejects, plan.columns, plan.delimiter))
    return Counts(**counts)


def _rows_to_load(job: Job, plan: Plan, chunk: Chunk, layout: Layout) -> Iterator[Row]:
    contested = files.read_contested(job) if plan.contested else frozenset()
    for row in rows(files.stream(plan.source, chunk.start, chunk.end), plan.delimiter, chunk.start, chunk.line):
        try:
            is_last = plan.contested and is_contested(fields_of(row, layout), contested)
        except BadRow:
            is_last = False
        if is_last == chunk.contested:
            yield row


def _checked(kind: Kind[Any], batch: Sequence[Row], layout: Layout) -> tuple[list[Any], list[Reject]]:
    checked = []
    bad: list[Reject] = []
    for row in batch:
        try:
            checked.append(kind.check(fields_of(row, layout), row.line))
        except BadRow as reason:
            bad.append(Reject(row.line, str(reason), row.cells))
    return checked, bad
