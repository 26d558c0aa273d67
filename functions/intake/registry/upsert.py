"""Write records to the registry: read the stored state, judge, write by condition, judge overtaken records again."""

from collections import Counter
from collections.abc import Callable, Sequence
from typing import TypeVar

from intake.registry import repository
from intake.registry.registry_items import visit_id_of
from intake.registry.registry_rules import (
    CREATED,
    DUPLICATE,
    LoadedRows,
    Origin,
    OtherContent,
    Record,
    VisitOutcome,
    judge_persons,
    judge_visits,
)
from payerworks.dynamodb import busy, tries

Outcome = TypeVar("Outcome")
Attempt = Callable[[Sequence[Record]], tuple[dict[int, Outcome], set[int]]]
"""Judges and writes records. Returns the outcomes by line, and the lines whose write another writer overtook."""


def load_records(tenant: str, origin: Origin, records: Sequence[Record], _earlier: Counter[str]) -> LoadedRows:
    """Write the records of rows to the registry (`load` of kinds.FileKind). Raises Unavailable."""
    visits, persons = upsert_records(tenant, records, origin)
    counts = Counter(f"patients_{outcome}" for outcome in persons.values())
    counts["visits_created"] = sum(outcome == CREATED for outcome in visits.values())
    refused = {line: outcome.fault for line, outcome in visits.items() if isinstance(outcome, OtherContent)}
    duplicates = {
        record.line: visit_id_of(tenant, record.visit.account_number)
        for record in records
        if record.visit and visits[record.line] == DUPLICATE
    }
    return LoadedRows(counts, refused, duplicates)


def upsert_records(
    tenant: str, records: Sequence[Record], origin: Origin
) -> tuple[dict[int, VisitOutcome], dict[int, str]]:
    """Write records in the order of their lines. Returns the outcomes of their visits and of their persons, by line.

    Visits go first: a record whose visit is a duplicate or a reject does not change the person.
    Raises Unavailable if other writers keep changing the same patients.
    """

    def add_visits(pending: Sequence[Record]) -> tuple[dict[int, VisitOutcome], set[int]]:
        stored = repository.read_visits(tenant, (record.visit.account_number for record in pending if record.visit))
        outcomes, new = judge_visits(pending, stored, origin)
        overtaken = repository.add_visits(tenant, list(new.values()))
        lines = {record.line for record in pending if record.visit and record.visit.account_number in overtaken}
        return outcomes, lines

    def merge_persons(pending: Sequence[Record]) -> tuple[dict[int, str], set[int]]:
        stored = repository.read_patients(tenant, (record.mrn for record in pending))
        outcomes, changed = judge_persons(pending, stored, origin)
        overtaken = repository.write_patients(tenant, list(changed.values()), stored)
        return outcomes, {record.line for record in pending if record.mrn in overtaken}

    visits = _retried([record for record in records if record.visit], add_visits)
    with_person = [record for record in records if record.person and visits.get(record.line, CREATED) == CREATED]
    return visits, _retried(with_person, merge_persons)


def _retried(records: Sequence[Record], attempt: "Attempt[Outcome]") -> dict[int, Outcome]:
    outcomes: dict[int, Outcome] = {}
    for _ in tries():
        attempt_outcomes, overtaken = attempt(records)
        outcomes |= attempt_outcomes
        records = [record for record in records if record.line in overtaken]
        if not records:
            return outcomes
    raise busy("Others keep changing the same patients; try again.")
