"""What rows change in the registry: visits are only ever added, and a person is that of the latest row.

Rows are judged in the order of their lines against what is stored, and remember what the ones before them did. What is
stored names the row that put it there (`source`: job and line): a row that finds its own name was registered by a
try that died, and is judged as it was then. So a chunk that runs again gives the same outcomes.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

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
    """What a row, which begins in `line`, says of the patient with this MRN."""

    line: int
    mrn: str
    person: Person | None
    visit: Visit | None


@dataclass(frozen=True, slots=True)
class Origin:
    """The job that loads rows, and the stamp of its file: when this content was first seen, and which it is.

    `careful` says that others may be loading at the same time, in whatever order: then also a row that agrees with
    what is stored leaves its stamp, so that none before it can come through after it.
    """

    task_id: str
    stamp: str
    careful: bool = False

    @property
    def content_id(self) -> str:
        """Which content the file has (content_id.ContentId)."""
        return self.stamp.rpartition("#")[2]

    def source(self, line: int) -> str:
        """The name of one row of the job."""
        return f"{self.task_id}#{line}"

    def stamp_of(self, line: int) -> str:
        """The stamp of one row; stamps sort as text, the later after the earlier."""
        return f"{self.stamp}#{line:012d}"


@dataclass(frozen=True, slots=True)
class StoredVisit:
    """A visit as it is stored, of the patient with this MRN; `source` is the row that added it."""

    mrn: str
    visit: Visit
    source: str


@dataclass(frozen=True, slots=True)
class StoredPatient:
    """A patient as stored: the person, the stamp of the row that set it, the rows that created and last changed it.

    `version` counts how often it was stored; 0: it is not yet.
    """

    mrn: str
    person: Person
    stamp: str
    created: str
    changed: str = ""
    version: int = 0


@dataclass(frozen=True, slots=True)
class OtherContent:
    """The outcome of a row whose account number is stored for something else; it is a reject."""

    reason: str


VisitOutcome = str | OtherContent


def judge_visits(
    records: Iterable[Record], stored: dict[str, StoredVisit], origin: Origin
) -> tuple[dict[int, VisitOutcome], dict[str, StoredVisit]]:
    """What becomes of the visits of rows (by line), and the visits to add (by account number).

    `stored` has those of their account numbers that are stored already.
    """
    outcomes: dict[int, VisitOutcome] = {}
    new: dict[str, StoredVisit] = {}
    for record in records:
        if record.visit is None:
            continue
        number = record.visit.account_number
        known = stored.get(number) or new.get(number)
        if known is None:
            new[number] = StoredVisit(record.mrn, record.visit, origin.source(record.line))
            outcomes[record.line] = CREATED
        elif known.mrn != record.mrn:
            outcomes[record.line] = OtherContent("visit_account_number is stored for another patient")
        elif known.visit != record.visit:
            outcomes[record.line] = OtherContent("visit_account_number is stored with another date or reason")
        else:
            outcomes[record.line] = CREATED if known.source == origin.source(record.line) else DUPLICATE
    return outcomes, new


def judge_persons(
    records: Iterable[Record], stored: dict[str, StoredPatient], origin: Origin
) -> tuple[dict[int, str], dict[str, StoredPatient]]:
    """What the persons of rows come to (by line), and the patients to write (by MRN), new or changed.

    The rows are those that count: not those whose visit is a duplicate or a reject. A job counts a patient as
    created or updated once, however many of its rows had a part in it.
    """
    outcomes: dict[int, str] = {}
    written: dict[str, StoredPatient] = {}
    for record in records:
        if record.person is None:
            continue
        known = written.get(record.mrn) or stored.get(record.mrn)
        after, outcomes[record.line] = _merged(known, record, record.person, origin)
        if after != known:
            written[record.mrn] = after
    return outcomes, written


def _merged(known: StoredPatient | None, record: Record, person: Person, origin: Origin) -> tuple[StoredPatient, str]:
    source, stamp = origin.source(record.line), origin.stamp_of(record.line)
    if known is None:
        return StoredPatient(record.mrn, person, stamp, created=source), CREATED
    if source == known.created:
        return known, CREATED
    if source == known.changed:
        return known, UPDATED
    if stamp <= known.stamp:
        return known, UNCHANGED
    if person == known.person:
        return (replace(known, stamp=stamp) if origin.careful else known), UNCHANGED
    if any(earlier.startswith(f"{origin.task_id}#") for earlier in (known.created, known.changed)):
        return replace(known, person=person, stamp=stamp), UNCHANGED
    return replace(known, person=person, stamp=stamp, changed=source), UPDATED
