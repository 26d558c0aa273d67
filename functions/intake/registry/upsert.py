"""Write records to the registry: read the stored state, judge, write by condition, judge overtaken records again."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from intake.registry import repository
from intake.registry.registry_items import patient_id_of, visit_id_of
from intake.registry.registry_rules import (
    UNCHANGED,
    Announce,
    LoadedRows,
    Origin,
    Record,
    VisitOutcome,
    VisitRefused,
    VisitStored,
    judge_persons,
    judge_visits,
)
from payerworks.dynamodb import busy, tries

Outcome = TypeVar("Outcome")
Attempt = Callable[[Sequence[Record]], tuple[dict[int, Outcome], set[int]]]
"""Judges and writes records. Returns the outcomes by line, and the lines whose write another writer overtook."""


def load_records(
    tenant: str, origin: Origin, records: Sequence[Record], _earlier: Counter[str], announce: Announce
) -> LoadedRows:
    """Write the records of rows to the registry (`load` of kinds.FileKind). Raises Unavailable.

    A duplicate counts as one; if it created or updated its patient, this counts too.
    """
    visits, persons = upsert_records(tenant, records, origin, announce)
    stored = {line: outcome for line, outcome in visits.items() if isinstance(outcome, VisitStored)}
    refused = {line: outcome.fault for line, outcome in visits.items() if isinstance(outcome, VisitRefused)}
    duplicates = {
        record.line: visit_id_of(tenant, record.visit.account_number)
        for record in records
        if record.visit and record.line in stored and stored[record.line].is_duplicate
    }
    counted = (outcome for line, outcome in persons.items() if outcome != UNCHANGED or line not in duplicates)
    counts = Counter(f"patients_{outcome}" for outcome in counted)
    counts["visits_created"] = len(stored) - len(duplicates)
    return LoadedRows(counts, refused, duplicates)


def upsert_records(
    tenant: str, records: Sequence[Record], origin: Origin, announce: Announce
) -> tuple[dict[int, VisitOutcome], dict[int, str]]:
    """Write records in the order of their lines. Returns the outcomes of their visits and of their persons, by line.

    Visits go first: they give the stamps of the persons, and a record whose visit is a reject does not change the
    person. Raises Unavailable if other writers keep changing the same patients.

    It announces the patients of visits and persons that the job writes, or has written before.
    """

    def announce_patients(mrns: Iterable[str]) -> None:
        announce("registry-patient", (patient_id_of(tenant, mrn) for mrn in mrns))

    def write_visits(pending: Sequence[Record]) -> tuple[dict[int, VisitOutcome], set[int]]:
        stored = repository.read_visits(tenant, (record.visit.account_number for record in pending if record.visit))
        outcomes, changed = judge_visits(pending, stored, origin)
        current = stored | changed
        announce_patients(
            record.mrn
            for record in pending
            if record.visit
            and isinstance(outcomes[record.line], VisitStored)
            and origin.wrote(current[record.visit.account_number].source)
        )
        overtaken = repository.write_visits(tenant, list(changed.values()), stored)
        lines = {record.line for record in pending if record.visit and record.visit.account_number in overtaken}
        return outcomes, lines

    def merge_persons(pending: Sequence[Record]) -> tuple[dict[int, str], set[int]]:
        stored = repository.read_patients(tenant, (record.mrn for record in pending))
        outcomes, changed = judge_persons(pending, stored, origin, stamps)
        current = stored | changed
        announce_patients(record.mrn for record in pending if any(map(origin.wrote, current[record.mrn].sources)))
        overtaken = repository.write_patients(tenant, list(changed.values()), stored)
        return outcomes, {record.line for record in pending if record.mrn in overtaken}

    visits = _retried([record for record in records if record.visit], write_visits)
    stamps = {line: outcome.stamp for line, outcome in visits.items() if isinstance(outcome, VisitStored)}
    with_person = [record for record in records if record.person and (not record.visit or record.line in stamps)]
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
