"""Parse a row into a record: a person, a visit, or both, under the patient's MRN."""

from collections.abc import Mapping, Sequence

import pydantic

from intake.files import dates
from intake.files.columns import Layout, reject_columns
from intake.files.rejects import TO_CHECK, unguarded
from intake.files.row_models import IngestRecord, PersonFields, VisitFields
from intake.registry.registry_rules import Person, Record, Visit
from payerworks.csv_header import is_blank
from payerworks.csv_rows import Row
from payerworks.errors import Fault
from payerworks.validation import faults

Fields = dict[str, str]

RowKey = tuple[str, str | None]
"""A key of a row, and the content by which rows with this key agree; None: rows with this key never agree."""

UNCLEAR = "\0"
"""The text of a field whose cells cannot be read; no check accepts it, so that a row's faults are found together."""


class BadRow(Exception):
    """A rejected row and its faults, without any of its contents; `reject_reasons` explains them.

    A fault's pointer names its field; it is empty if the fault is of the whole row.
    """

    def __init__(self, row_faults: Sequence[Fault]) -> None:
        super().__init__("; ".join(f"{fault.pointer[1:]} {fault.message}".strip() for fault in row_faults))
        self.faults = row_faults


class BlankRow(BadRow):
    """A row of blanks alone: it is skipped and counted, not rejected."""


def fields_of(row: Row, layout: Layout) -> Fields:
    """The row's fields as text, without surrounding blanks; dates in the layout's format as ISO.

    A field is UNCLEAR if columns of one name differ, or if a date has another format. Raises BadRow, also for a row of
    a list of rejects whose cells were cut by guess (rejects.TO_CHECK), as long as its reason is there.
    """
    if row.fault:
        raise BadRow([Fault("", row.fault)])
    if is_blank(row):
        raise BlankRow([Fault("", "the line is blank")])
    if len(row.cells) != len(layout.columns):
        raise BadRow([Fault("", f"the line has {len(row.cells)} cells, the header {len(layout.columns)}")])
    if layout.is_reject_list and TO_CHECK in row.cells[(reject_columns(layout.columns) or 0) + 1]:
        raise BadRow([Fault("", "the cells of this line were cut by guess")])
    cells = [unguarded(cell) for cell in row.cells] if layout.is_reject_list else row.cells
    fields = {field: _first_nonempty(cells, numbers, layout) for field, numbers in layout.fields.items()}
    return _with_iso_dates(fields, layout.date_format) if layout.date_format else fields


def _with_iso_dates(fields: Fields, date_format: str) -> Fields:
    days: Fields = {}
    for field in dates.FIELDS & fields.keys():
        try:
            days[field] = fields[field] and dates.day_written(fields[field], date_format)
        except ValueError:
            days[field] = UNCLEAR
    return fields | days


def _first_nonempty(cells: Sequence[str], alternatives: tuple[tuple[int, ...], ...], layout: Layout) -> str:
    text = ""
    for numbers in alternatives:
        texts = {cells[number].strip() for number in numbers}
        if len(texts) > 1:
            return UNCLEAR
        text = texts.pop()
        if text:
            break
    return text


def record_of(fields: Mapping[str, str], line: int) -> Record:
    """The record in a row's fields. Raises BadRow with every fault."""
    has_person, has_visit = "first_name" in fields, "visit_date" in fields
    model = IngestRecord if has_person and has_visit else PersonFields if has_person else VisitFields
    try:
        valid = model.model_validate(fields)
    except pydantic.ValidationError as error:
        raise BadRow(faults(error)) from None
    person = visit = None
    if isinstance(valid, PersonFields):
        person = Person(valid.first_name, valid.last_name, valid.birth_date)
    if isinstance(valid, VisitFields):
        visit = Visit(valid.visit_account_number, valid.visit_date, valid.reason)
    return Record(line, valid.mrn, person, visit)


def record_content(record: Record) -> str:
    """What a record says, without its line (`content_of` of kinds.FileKind)."""
    return f"{record.mrn}\0{record.person and _person(record.person)}\0{record.visit and _visit(record.visit)}"


def record_keys(record: Record) -> list[RowKey]:
    """The keys of a record (`keys_of` of kinds.FileKind): its MRN, whose rows should name one person, and its visit's
    account number, whose rows should say the same."""
    keys: list[RowKey] = []
    if record.person:
        keys.append((f"mrn {record.mrn}", _person(record.person)))
    if record.visit:
        keys.append((f"account {record.visit.account_number}", record_content(record)))
    return keys


def _person(person: Person) -> str:
    return f"{person.first_name}\0{person.last_name}\0{person.birth_date}"


def _visit(visit: Visit) -> str:
    return f"{visit.account_number}\0{visit.date}\0{visit.reason}"
