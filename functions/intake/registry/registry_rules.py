"""How rows change the registry: visits are only ever added; the latest row sets the person.

1. Rows are judged in the order of their lines, against the stored state and the rows before them.
2. Each stored visit and patient names the row that wrote it (`source`: job and line).
3. A row that finds its own name was written by an earlier try, which died; its outcome is that try's.
   So a chunk that runs again gives the same outcomes:
       line 7 adds visit 42                      → created, source job#7
       the chunk runs again: visit 42 has job#7  → created, not a duplicate
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace

from payerworks.errors import Fault

CREATED, DUPLICATE = "created", "duplicate"
UPDATED, UNCHANGED = "updated", "unchanged"


@dataclass(frozen=True, slots=True)
class Person:
    """Who a patient is; the date is ISO 8601."""

    first_name: str
    last_name: str
    birth_date: str


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
    """The job that loads rows, and the stamp of its file: the time this content was first seen, and its content id.

    `key`: the file's key in the bucket.
    `careful`: other jobs may load at the same time, in any order. Then a row equal to the stored person still leaves
    its stamp, so that an earlier row cannot win later:
        file 1 says Ann, file 2 says Bea, file 3 says Ann; they load in the order 1, 3, 2
        3 finds Ann and leaves its stamp; 2 has an earlier stamp and changes nothing
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
    """A stored visit and its patient's MRN; `source` is the row that added it."""

    mrn: str
    visit: Visit
    source: str


@dataclass(frozen=True, slots=True)
class StoredPatient:
    """A stored patient: the person, the stamp of the row that set it, the rows that created and last changed it.

    `version` is the number of writes; 0: not stored yet.
    """

    mrn: str
    person: Person
    stamp: str
    created: str
    changed: str = ""
    version: int = 0


@dataclass(frozen=True, slots=True)
class OtherContent:
    """The outcome of a row whose account number is stored with other content: a reject."""

    fault: Fault


_OTHER_PATIENT = Fault("/visit_account_number", "is stored for another patient; correct the account number or the MRN")
_OTHER_VISIT = Fault(
    "/visit_account_number",
    "is stored with another date or reason; a stored visit never changes, and another visit needs its own number",
)


VisitOutcome = str | OtherContent


def judge_visits(
    records: Iterable[Record], stored: dict[str, StoredVisit], origin: Origin
) -> tuple[dict[int, VisitOutcome], dict[str, StoredVisit]]:
    """The outcomes of the rows' visits, by line, and the visits to add, by account number.

    `stored` has the visits that are already stored under these account numbers.
    """
    outcomes: dict[int, VisitOutcome] = {}
    new: dict[str, StoredVisit] = {}
    for record in records:
        if record.visit is None:
            continue
        number = record.visit.account_number
        current = stored.get(number) or new.get(number)
        if current is None:
            new[number] = StoredVisit(record.mrn, record.visit, origin.source(record.line))
            outcomes[record.line] = CREATED
        elif current.mrn != record.mrn:
            outcomes[record.line] = OtherContent(_OTHER_PATIENT)
        elif current.visit != record.visit:
            outcomes[record.line] = OtherContent(_OTHER_VISIT)
        else:
            outcomes[record.line] = CREATED if current.source == origin.source(record.line) else DUPLICATE
    return outcomes, new


def judge_persons(
    records: Iterable[Record], stored: dict[str, StoredPatient], origin: Origin
) -> tuple[dict[int, str], dict[str, StoredPatient]]:
    """The outcomes of the rows' persons, by line, and the new and changed patients to write, by MRN.

    The caller leaves out rows whose visit is a duplicate or a reject. A job counts a patient as created or updated
    once, however many of its rows contributed.
    """
    outcomes: dict[int, str] = {}
    to_write: dict[str, StoredPatient] = {}
    for record in records:
        if record.person is None:
            continue
        current = to_write.get(record.mrn) or stored.get(record.mrn)
        merged, outcomes[record.line] = _merged(current, record, record.person, origin)
        if merged != current:
            to_write[record.mrn] = merged
    return outcomes, to_write


def _merged(current: StoredPatient | None, record: Record, person: Person, origin: Origin) -> tuple[StoredPatient, str]:
    source, stamp = origin.source(record.line), origin.stamp_of(record.line)
    if current is None:
        return StoredPatient(record.mrn, person, stamp, created=source), CREATED
    if source == current.created:
        return current, CREATED
    if source == current.changed:
        return current, UPDATED
    if stamp <= current.stamp:
        return current, UNCHANGED
    if person == current.person:
        return (replace(current, stamp=stamp) if origin.careful else current), UNCHANGED
    # An earlier row of this job has counted the patient already.
    if any(earlier.startswith(f"{origin.task_id}#") for earlier in (current.created, current.changed)):
        return replace(current, person=person, stamp=stamp), UNCHANGED
    return replace(current, person=person, stamp=stamp, changed=source), UPDATED
