"""The kinds of documents that are indexed, by the alias of their index: how each is filled and held against its table.

Each is known by what its service's search_index.py says of it.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from payerworks.json_text import Json
from payerworks.parts import parts
from search import filling, patient_filling, patient_looks, patient_sync, plan_looks, plan_sync
from search.drift import Finding, Key, Look
from search.filling import Filled
from search.index_targets import IndexTargets
from search.jobs import Index

MESSAGE_PATIENTS = 1000
"""Patients that a message names at most, as a batch of the stream has."""


@dataclass(frozen=True, slots=True)
class Documents:
    """How documents of a kind are filled and checked; each of the calls may raise Unavailable.

    fill            filling.fill: alias, position, until, doubted
    look_at_table   a page of the table of one tenant, or of all (None), against the index, from a position on
    look_at_index   a page of the index against the table
    look_again      what really differs of suspects
    queue, repairs  where to send which messages to have entries indexed anew
    """

    targets: IndexTargets
    fill: Callable[..., Filled]
    look_at_table: Callable[[str | None, Json], Look]
    look_at_index: Callable[[str | None, Json], Look]
    look_again: Callable[[Sequence[Key]], list[Finding]]
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


DOCUMENTS: Mapping[Index, Documents] = {
    "plans": Documents(
        plan_sync.TARGETS,
        filling.fill,
        plan_looks.look_at_table,
        plan_looks.look_at_index,
        plan_looks.look_again,
        "search_index",
        _plan_repairs,
    ),
    "patients": Documents(
        patient_sync.TARGETS,
        patient_filling.fill,
        patient_looks.look_at_table,
        patient_looks.look_at_index,
        patient_looks.look_again,
        "patient_index",
        _patient_repairs,
    ),
}
