"""How to backfill, compare and repair each kind of index, by its alias."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from payerworks.json_text import Json
from payerworks.parts import parts
from search.indexes.backfill import FilledSlice
from search.indexes.drift import ComparedPage, Finding, Key
from search.indexes.index_targets import IndexTargets
from search.jobs.index_job import Index
from search.patients import backfill as patient_backfill
from search.patients import drift as patient_drift
from search.patients import sync as patient_sync
from search.plans import backfill as plan_backfill
from search.plans import drift as plan_drift
from search.plans import sync as plan_sync

MESSAGE_PATIENTS = 1000
"""Maximum patients in a message, as many as a batch of the stream has."""


@dataclass(frozen=True, slots=True)
class IndexKind:
    """The operations of jobs on a kind of index; each may raise Unavailable.

    backfill            write documents from the table: alias, position, until, verify
    compare_table_page  compare a page of the table, of one tenant or of all (None), with the index
    compare_index_page  compare a page of the index with the table
    recheck             find the suspects that really differ
    queue               queue for repair messages
    repair_messages     messages that make these keys be indexed again: keys, request id
    """

    targets: IndexTargets
    backfill: Callable[..., FilledSlice]
    compare_table_page: Callable[[str | None, Json], ComparedPage]
    compare_index_page: Callable[[str | None, Json], ComparedPage]
    recheck: Callable[[Sequence[Key]], list[Finding]]
    queue: str
    repair_messages: Callable[[Iterable[Key], str], list[dict[str, Json]]]


def _plan_repairs(keys: Iterable[Key], request_id: str) -> list[dict[str, Json]]:
    common = {"repair": True, "requestId": request_id}
    return [{"tenant": tenant, "objectId": plan_id} | common for tenant, plan_id in keys]


def _patient_repairs(keys: Iterable[Key], request_id: str) -> list[dict[str, Json]]:
    messages: list[dict[str, Json]] = []
    for tenant, group in groupby(sorted(keys), key=lambda key: key[0]):
        batches = parts([patient_id for _, patient_id in group], MESSAGE_PATIENTS)
        messages += [{"tenant": tenant, "patients": batch, "requestId": request_id} for batch in batches]
    return messages


INDEX_KINDS: Mapping[Index, IndexKind] = {
    "plans": IndexKind(
        plan_sync.TARGETS,
        plan_backfill.fill,
        plan_drift.compare_table_page,
        plan_drift.compare_index_page,
        plan_drift.recheck,
        "search_index",
        _plan_repairs,
    ),
    "patients": IndexKind(
        patient_sync.TARGETS,
        patient_backfill.fill,
        patient_drift.compare_table_page,
        patient_drift.compare_index_page,
        patient_drift.recheck,
        "patient_index",
        _patient_repairs,
    ),
}
