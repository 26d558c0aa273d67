"""How rows change the registry: visits are only ever added; the latest row sets the person.

The outcomes of a chunk do not depend on how often it runs:
1. Rows are judged in the order of their lines, against the stored state and the rows before them.
2. A stored visit names the row that added it, a stored patient the row that created it and the rows that changed it
   last (`source`: job and line).
3. A row that finds its own name was written by an earlier try, which died; its outcome is that try's:
       line 7 adds visit 42                      → created, source job#7
       the chunk runs again: visit 42 has job#7  → created, not a duplicate
       line 8 renames M1, another file renames M1, the chunk runs again: M1 still names job#8  → updated

The person of a patient does not depend on the order in which rows are written:
4. Each row has a stamp; stamps sort as the jobs began, and within a job as the lines (Origin).
5. A visit keeps, for each person that its rows gave, the stamp of the first such row that was stored. A row with this
   visit and this person has that stamp from then on, in whatever file it comes again:
       file 1: visit 42, Ann  → visit 42 has Ann: 1
       file 2: visit 42, Bea  → a duplicate of the visit, which now also has Bea: 2
       file 3: visit 42, Ann  → has stamp 1, so Ann is no newer than before
6. A person is set if its row's stamp is later than the patient's. So the latest stamp wins in any order, and a row
   that is written twice changes nothing the second time.
7. The visit is written before the person. If a worker dies between the two, any row with the same visit and person
   completes the patient, with the stamp that the visit keeps.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from payerworks.errors import Fault

CREATED, UPDATED, UNCHANGED = "created", "updated", "unchanged"

MAX_CHANGES = 8
"""Changes whose rows a patient names; an older one that runs again is counted as unchanged. More would make an item
larger than 1 KB, which costs a second write unit."""
MAX_PERSONS = 32
"""Persons that a visit keeps, in 3 KB; a row with yet another is a reject."""


@dataclass(frozen=True, slots=True)
class Person:
    """Who a patient is; the date is ISO 8601."""

    first_name: str
    last_name: str
    birth_date: str

    @property
    def hash(self) -> str:
        """What a visit knows the person by: 16 hex digits. It must never change for a person."""
        text = "\0".join((self.first_name, self.last_name, self.birth_date))
        return hashlib.blake2b(text.encode(), digest_size=8).hexdigest()


@dataclass(frozen=True, slots=True)
class Visit:
    """A visit, known by its account number; the date is ISO 8601."""

    account_number: str
    date: str
    reason: str


@dataclass(frozen=True, slots=True)
class Record:
    """The content of a row that begins in `line`: the patient's MRN, and a person, a visit, or both."""

    line: int
    mrn: str
    person: Person | None
    visit: Visit | None


@dataclass(frozen=True, slots=True)
class Origin:
    """The job that loads rows, and the stamp of its file: that of the first job with this content, and its content id.

    `key`: the file's key in the bucket.
    `careful`: a job that began before this one is unfinished. Then a row equal to the stored person still leaves its
    stamp, so that an earlier row cannot win later:
        file 1 says Ann, file 2 says Bea, file 3 says Ann; they load in the order 1, 3, 2
        3 finds Ann and leaves its stamp; 2 has an earlier stamp and changes nothing
    If all jobs that began before are finished, no earlier row is to come, and the equal row needs no write.
    """

    task_id: str
    stamp: str
    careful: bool = False
    key: str = ""

    def source(self, line: int) -> str:
        """The name of one row of the job."""
        return f"{self.task_id}#{line}"

    def stamp_of(self, line: int) -> str:
        """The stamp of one row; stamps sort as text in the order of time."""
        return f"{self.stamp}#{line:012d}"


@dataclass(frozen=True, slots=True)
class LoadedRows:
    """What storing rows did: counts (names of jobs.Counts); why the stored state refuses rows, by line; and
    by line the ids of the stored visits or claims that rows repeat.
    """

    counts: Counter[str]
    refused: dict[int, Fault]
    duplicates: dict[int, str]


@dataclass(frozen=True, slots=True)
class StoredVisit:
    """A stored visit and its patient's MRN; `source` is the row that added it.

    persons    the stamps of the first rows that gave these persons, by Person.hash; None for a visit that was stored
               before visits kept them
    """

    mrn: str
    visit: Visit
    source: str
    persons: Mapping[str, str] | None = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class StoredPatient:
    """A stored patient: the person, the stamp of the row that set it, the row that created it.

    changes    the rows that changed it last, up to MAX_CHANGES, the latest at the end
    version    the number of writes; 0: not stored yet
    """

    mrn: str
    person: Person
    stamp: str
    created: str
    changes: tuple[str, ...] = ()
    version: int = 0


@dataclass(frozen=True, slots=True)
class VisitStored:
    """The outcome of a row whose visit is stored: by this row, or before, so that the row is a duplicate.

    stamp    of the row's person: that of the first row with this visit and this person
    """

    is_duplicate: bool
    stamp: str


@dataclass(frozen=True, slots=True)
class VisitRefused:
    """The outcome of a row that the stored visit with its account number contradicts: a reject."""

    fault: Fault


_OTHER_PATIENT = Fault("/visit_account_number", "is stored for another patient; correct the account number or the MRN")
_OTHER_VISIT = Fault(
    "/visit_account_number",
    "is stored with another date or reason; a stored visit never changes, and another visit needs its own number",
)
_TOO_MANY_PERSONS = Fault(
    "/visit_account_number",
    f"is stored with {MAX_PERSONS} other persons or spellings; correct the person or the account number",
)

VisitOutcome = VisitStored | VisitRefused


def judge_visits(
    records: Iterable[Record], stored: Mapping[str, StoredVisit], origin: Origin
) -> tuple[dict[int, VisitOutcome], dict[str, StoredVisit]]:
    """The outcomes of the rows' visits, by line; by account number, the visits to write: new ones, and stored ones
    with more persons.

    `stored` has the visits that are already stored under these account numbers.
    """
    outcomes: dict[int, VisitOutcome] = {}
    to_write: dict[str, StoredVisit] = {}
    for record in records:
        if record.visit is None:
            continue
        number, source = record.visit.account_number, origin.source(record.line)
        current = to_write.get(number) or stored.get(number) or StoredVisit(record.mrn, record.visit, source)
        if fault := _fault(current, record):
            outcomes[record.line] = VisitRefused(fault)
            continue
        named = _with_person(current, record.person, origin.stamp_of(record.line))
        if named != stored.get(number):
            to_write[number] = named
        is_duplicate = current.source != source
        outcomes[record.line] = VisitStored(is_duplicate, _person_stamp(named, record, origin, is_duplicate))
    return outcomes, to_write


def _fault(visit: StoredVisit, record: Record) -> Fault | None:
    if visit.mrn != record.mrn:
        return _OTHER_PATIENT
    if visit.visit != record.visit:
        return _OTHER_VISIT
    persons = visit.persons or {}
    is_known = record.person is None or record.person.hash in persons
    return None if is_known or len(persons) < MAX_PERSONS else _TOO_MANY_PERSONS


def _with_person(visit: StoredVisit, person: Person | None, stamp: str) -> StoredVisit:
    if person is None or visit.persons is None or person.hash in visit.persons:
        return visit
    return replace(visit, persons={**visit.persons, person.hash: stamp})


def _person_stamp(visit: StoredVisit, record: Record, origin: Origin, is_duplicate: bool) -> str:
    if visit.persons is not None and record.person:
        return visit.persons[record.person.hash]
    # An old visit does not tell when it was given this person: the row only completes a patient that is not there.
    return "" if visit.persons is None and is_duplicate else origin.stamp_of(record.line)


def judge_persons(
    records: Iterable[Record], stored: Mapping[str, StoredPatient], origin: Origin, stamps: Mapping[int, str]
) -> tuple[dict[int, str], dict[str, StoredPatient]]:
    """The outcomes of the rows' persons, by line, and the new and changed patients to write, by MRN.

    `stamps` has the stamps of rows with visits, by line; the caller leaves out rows whose visit is a reject. A job
    counts a patient as created or updated once, however many of its rows contributed.
    """
    outcomes: dict[int, str] = {}
    to_write: dict[str, StoredPatient] = {}
    for record in records:
        if record.person is None:
            continue
        current = to_write.get(record.mrn) or stored.get(record.mrn)
        stamp = stamps.get(record.line, origin.stamp_of(record.line))
        merged, outcomes[record.line] = _merged(current, record, record.person, origin, stamp)
        if merged != current:
            to_write[record.mrn] = merged
    return outcomes, to_write


def _merged(
    current: StoredPatient | None, record: Record, person: Person, origin: Origin, stamp: str
) -> tuple[StoredPatient, str]:
    source = origin.source(record.line)
    if current is None:
        return StoredPatient(record.mrn, person, stamp, created=source), CREATED
    if source == current.created:
        return current, CREATED
    if source in current.changes:
        return current, UPDATED
    if stamp <= current.stamp:
        return current, UNCHANGED
    if person == current.person:
        return (replace(current, stamp=stamp) if origin.careful else current), UNCHANGED
    # An earlier row of this job has counted the patient already.
    if any(earlier.startswith(f"{origin.task_id}#") for earlier in (current.created, *current.changes)):
        return replace(current, person=person, stamp=stamp), UNCHANGED
    changes = (*current.changes, source)[-MAX_CHANGES:]
    return replace(current, person=person, stamp=stamp, changes=changes), UPDATED
