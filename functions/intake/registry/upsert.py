"""Records brought into the registry: read what is there, judge, write by condition, and judge anew what raced."""

from collections import Counter
from collections.abc import Callable, Sequence
from typing import TypeVar

from intake.registry import repository
from intake.registry.registry_rules import (
    CREATED,
    DUPLICATE,
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
"""Judges and writes records; gives the outcomes by line, and the lines of those that others came before."""


def load_records(tenant: str, origin: Origin, records: Sequence[Record]) -> tuple[Counter[str], dict[int, str]]:
    """Register the records of rows (kinds.Kind.load)."""
    visits, persons = register(tenant, records, origin)
    counts = Counter(f"patients_{outcome}" for outcome in persons.values())
    counts["visits_created"] = sum(outcome == CREATED for outcome in visits.values())
    counts["duplicates"] = sum(outcome == DUPLICATE for outcome in visits.values())
    return counts, {line: outcome.reason for line, outcome in visits.items() if isinstance(outcome, OtherContent)}


def register(tenant: str, records: Sequence[Record], origin: Origin) -> tuple[dict[int, VisitOutcome], dict[int, str]]:
    """Bring records, in the order of their lines, into the registry; what became of their visits and of their persons.

    The visits go first: a record whose visit is a duplicate or a reject says nothing of the person.
    Raises Unavailable where others write the same all the time.
    """

    def add_visits(pending: Sequence[Record]) -> tuple[dict[int, VisitOutcome], set[int]]:
        stored = repository.read_visits(tenant, (record.visit.account_number for record in pending if record.visit))
        outcomes, new = judge_visits(pending, stored, origin)
        refused = repository.add_visits(tenant, list(new.values()))
        return outcomes, {each.line for each in pending if each.visit and each.visit.account_number in refused}

    def merge_persons(pending: Sequence[Record]) -> tuple[dict[int, str], set[int]]:
        stored = repository.read_patients(tenant, (record.mrn for record in pending))
        outcomes, written = judge_persons(pending, stored, origin)
        refused = repository.write_patients(tenant, list(written.values()), stored)
        return outcomes, {each.line for each in pending if each.mrn in refused}

    visits = _until_all_are_written([record for record in records if record.visit], add_visits)
    counting = [record for record in records if record.person and visits.get(record.line, CREATED) == CREATED]
    return visits, _until_all_are_written(counting, merge_persons)


def _until_all_are_written(records: Sequence[Record], attempt: "Attempt[Outcome]") -> dict[int, Outcome]:
    outcomes: dict[int, Outcome] = {}
    for _ in tries():
        told, raced = attempt(records)
        outcomes |= told
        records = [record for record in records if record.line in raced]
        if not records:
            return outcomes
    raise busy("Others keep changing the same patients; try again.")
