"""A chunk of a file loaded into the registry: rows read, checked and registered, the bad ones kept as rejects."""

import itertools
from collections import Counter
from collections.abc import Iterator, Sequence

from intake import files
from intake.columns import Layout, layout_of
from intake.contests import is_contested
from intake.csv_rows import Row, rows
from intake.jobs import Counts, Job, Plan
from intake.records import BadRow, Record, fields_of, record_of
from intake.registering import register
from intake.registration import CREATED, DUPLICATE, Origin, OtherContent
from intake.rejects import Reject
from intake.splitting import Chunk

BATCH = 2000
"""Rows that are registered together, in the order of their lines."""


def load_chunk(job: Job, plan: Plan, chunk: Chunk) -> Counts:
    """Load a chunk; again and again with the same result. Raises Unavailable."""
    layout = layout_of(plan.columns)
    origin = Origin(job.task_id, plan.stamp, plan.careful)
    counts: Counter[str] = Counter()
    rejects: list[Reject] = []
    found = _rows_to_load(job, plan, chunk, layout)
    while batch := list(itertools.islice(found, BATCH)):
        records, bad = _checked(batch, layout)
        visits, persons = register(job.tenant, records, origin)
        cells = {row.line: row.cells for row in batch}
        bad += [
            Reject(line, told.reason, cells[line]) for line, told in visits.items() if isinstance(told, OtherContent)
        ]
        counts.update(f"patients_{outcome}" for outcome in persons.values())
        counts["rows_read"] += len(batch)
        counts["visits_created"] += sum(outcome == CREATED for outcome in visits.values())
        counts["duplicates"] += sum(outcome == DUPLICATE for outcome in visits.values())
        counts["rejected"] += len(bad)
        rejects += bad
    if rejects:
        files.write_rejects(job, chunk.number, rejects)
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


def _checked(batch: Sequence[Row], layout: Layout) -> tuple[list[Record], list[Reject]]:
    records: list[Record] = []
    bad: list[Reject] = []
    for row in batch:
        try:
            records.append(record_of(fields_of(row, layout), row.line))
        except BadRow as reason:
            bad.append(Reject(row.line, str(reason), row.cells))
    return records, bad
