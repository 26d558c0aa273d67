"""The kinds of indexes: how each is backfilled, compared with its table and repaired, by the alias of the index."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from payerworks.json_text import Json
from payerworks.parts import parts
from search.indexes.backfill import Filled
from search.indexes.drift import ComparedPage, Finding, Key
from search.indexes.index_targets import IndexTargets
from search.jobs.jobs import Index
from search.patients import backfill as patient_backfill
from search.patients import drift as patient_drift
from search.patients import sync as patient_sync
from search.plans import backfill as plan_backfill
from search.plans import drift as plan_drift
from search.plans import sync as plan_sync

MESSAGE_PATIENTS = 1000
"""Patients that a message names at most, as a batch of the stream has."""


@dataclass(frozen=True, slots=True)
class IndexKind:
    """What jobs need to know about a kind of index; each of the calls may raise Unavailable.

    backfill            writes documents from the table: alias, position, until, doubted
    compare_table_page  compares a page of the table, of one tenant or of all (None), with the index
    compare_index_page  compares a page of the index with the table
    recheck             what really differs among suspects
    queue, repairs      where to send which messages so that entries are indexed again
    """

    targets: IndexTargets
    backfill: Callable[..., Filled]
    compare_table_page: Callable[[str | None, Json], ComparedPage]
    compare_index_page: Callable[[str | None, Json], ComparedPage]
    recheck: Callable[[Sequence[Key]], list[Finding]]
    queue: str
    repairs: Callable[[Iterable[Key], str], list[dict[str, Json]]]


def _plan_repairs(keys: Iterable[Key], request_id: str) -> list[dict[str, Json]]:
    return [{"tenant": tenant, "objectId": own, "repair": True, "requestId": request_id} for tenant, own in keys]


def _patient_repairs(keys: Iterable[Key], request_id: str) -> list[dict[str, Json]]:
    messages: list[dict[str, Json]] = []
    for tenant, group in groupby(sorted(keys), key=lambda key: key[0]):
        found = parts([patient_id for _, patient_id in group], MESSAGE_PATIENTS)
        messages += [{"tenant": tenant, "patients": part, "requestId": request_id} for part in found]
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
