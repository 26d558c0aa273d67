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
5. A row with a known visit is a duplicate and changes nothing, not the person either. But while two files load at the
   same time, it must not matter whose row of a visit is written first. So a visit keeps the person and the stamp of the
   first row that each such file has of it, and all of them count by their stamps:
       file 1: visit 42, Ann
       file 2, begun while 1 was at work: visit 42, Bea  → a duplicate of the visit; Bea has the later stamp
       file 3, begun when 1 and 2 had ended: visit 42, Cay  → a duplicate, and Cay changes nothing
   Which jobs were at work is stored when a job begins (Origin.beside). A job that has ended has left its row in the
   visit, so what a later one finds does not depend on what is written first.
6. A person is set if its row's stamp is later than the patient's. So the latest stamp wins in any order, and a row
   that is written twice changes nothing the second time.
7. The visit is written before the person. If a worker dies between the two, the row that comes again, or any row with
   the same visit and person, completes the patient with the stamp that the visit keeps.
"""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from payerworks.errors import Fault

CREATED, UPDATED, UNCHANGED = "created", "updated", "unchanged"

MAX_CHANGES = 8
"""Changes whose rows a patient names; an older one that runs again is counted as unchanged. More would make an item
larger than 1 KB, which costs a second write unit."""
MAX_BESIDE = 1000
"""Jobs at work that a job knows of, the earliest; if there were more, all later ones count as at work."""
MAX_GIVEN = 32
"""Files at work at the same time whose rows a visit keeps, in 3 KB; the rows of more files are duplicates only."""


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
    `job`: the job's own stamp.
    `beside`: the stamps of the jobs that were at work when this one began (jobs.FileJob). If there are any, a row equal
    to the stored person still leaves its stamp, so that an earlier row cannot win later:
        file 1 says Ann, file 2 says Bea, file 3 says Ann; they load in the order 1, 3, 2
        3 finds Ann and leaves its stamp; 2 has an earlier stamp and changes nothing
    If there are none, no earlier row is to come, and the equal row needs no write.
    """

    task_id: str
    stamp: str
    job: str = ""
    beside: Sequence[str] = ()
    key: str = ""

    def is_beside(self, other: str) -> bool:
        """Whether the job with a stamp was at work when this one began, or has begun since."""
        is_untold = len(self.beside) == MAX_BESIDE and other > self.beside[-1]
        return other > self.job or other in self.beside or is_untold

    def wrote(self, source: str) -> bool:
        """Whether a source is a row of this job."""
        return source.startswith(f"{self.task_id}#")

    def source(self, line: int) -> str:
        """The name of one row of the job."""
        return f"{self.task_id}#{line}"

    def stamp_of(self, line: int) -> str:
        """The stamp of one row; stamps sort as text in the order of time."""
        return f"{self.stamp}#{line:012d}"


Announce = Callable[[str, Iterable[str]], None]
"""Announces whose data will be written: a kind of subjects, and their ids (jobs/row_trail.py)."""


@dataclass(frozen=True, slots=True)
class LoadedRows:
    """What storing rows did: counts (names of jobs.Counts); why the stored state refuses rows, by line; and
    by line the ids of the stored visits or claims that rows repeat.
    """

    counts: Counter[str]
    refused: dict[int, Fault]
    duplicates: dict[int, str]


class GivenPerson(NamedTuple):
    """What the first row of a visit in a file says of the patient: the row's stamp, and the person's hash or ""."""

    stamp: str
    person: str


@dataclass(frozen=True, slots=True)
class StoredVisit:
    """A stored visit and its patient's MRN; `source` is the row that added it.

    given    the persons that files gave, by the stamps of their jobs (argument 5 above); None for a visit that was
             stored before visits kept them
    """

    mrn: str
    visit: Visit
    source: str
    given: Mapping[str, GivenPerson] | None = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class StoredPatient:
    """A stored patient: the person, the stamp of the row that set it, the row that created it.

    changes    the rows that changed it last, up to MAX_CHANGES, the latest at the end
    version    the number of writes; 0: not stored yet
    job        the id of the job that wrote it last; empty for a patient that was stored before items had it
    """

    mrn: str
    person: Person
    stamp: str
    created: str
    changes: tuple[str, ...] = ()
    version: int = 0
    job: str = ""

    @property
    def sources(self) -> tuple[str, ...]:
        """The rows that are known to have written it."""
        return (self.created, *self.changes)


@dataclass(frozen=True, slots=True)
class VisitStored:
    """The outcome of a row whose visit is stored: by this row, or before, so that the row is a duplicate.

    stamp    that the row's person counts by; "", which is earlier than all, if the row may only complete a patient that
             is not there
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

VisitOutcome = VisitStored | VisitRefused


def judge_visits(
    records: Iterable[Record], stored: Mapping[str, StoredVisit], origin: Origin
) -> tuple[dict[int, VisitOutcome], dict[str, StoredVisit]]:
    """The outcomes of the rows' visits, by line; by account number, the visits to write: new ones, and stored ones
    with another file's row.

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
        with_row = _with_row(current, record, origin)
        if with_row != stored.get(number):
            to_write[number] = with_row
        outcomes[record.line] = VisitStored(current.source != source, _person_stamp(with_row, record, origin))
    return outcomes, to_write


def _fault(visit: StoredVisit, record: Record) -> Fault | None:
    if visit.mrn != record.mrn:
        return _OTHER_PATIENT
    return _OTHER_VISIT if visit.visit != record.visit else None


def _with_row(visit: StoredVisit, record: Record, origin: Origin) -> StoredVisit:
    given = visit.given
    if given is None or origin.job in given or len(given) >= MAX_GIVEN or not all(map(origin.is_beside, given)):
        return visit
    row = GivenPerson(origin.stamp_of(record.line), record.person.hash if record.person else "")
    return replace(visit, given={**given, origin.job: row})


def _person_stamp(visit: StoredVisit, record: Record, origin: Origin) -> str:
    given = visit.given or {}
    own = given.get(origin.job)
    if own is not None:
        # Another row of this file with the same visit is a duplicate of that one.
        return own.stamp if own.stamp == origin.stamp_of(record.line) else ""
    same = [row.stamp for row in given.values() if record.person and row.person == record.person.hash]
    return max(same, default="")


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
        return StoredPatient(record.mrn, person, stamp, created=source, job=origin.task_id), CREATED
    if source == current.created:
        return current, CREATED
    if source in current.changes:
        return current, UPDATED
    if stamp <= current.stamp:
        return current, UNCHANGED
    if person == current.person:
        return (replace(current, stamp=stamp, job=origin.task_id) if origin.beside else current), UNCHANGED
    changed = replace(current, person=person, stamp=stamp, job=origin.task_id)
    # An earlier row of this job has counted the patient already.
    if any(map(origin.wrote, current.sources)):
        return changed, UNCHANGED
    return replace(changed, changes=(*current.changes, source)[-MAX_CHANGES:]), UPDATED
