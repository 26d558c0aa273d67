"""A row of a file as a record: a person, a visit, or both, known by the patient's MRN."""

from collections.abc import Iterable, Mapping, Sequence

import pydantic

from intake.files import dates
from intake.files.columns import Layout
from intake.files.csv_rows import Row
from intake.files.rejects import loosened
from intake.files.row_models import IngestRecord, PersonFields, VisitFields
from intake.registry.registry_rules import Person, Record, Visit
from payerworks.errors import Fault
from payerworks.validation import faults

Fields = dict[str, str]


class BadRow(Exception):
    """A row that is rejected; the text is the reason, without anything of what the row holds."""


def fields_of(row: Row, layout: Layout) -> Fields:
    """The row's fields as they stand in the file, without blanks around them. Raises BadRow."""
    if row.fault:
        raise BadRow(row.fault)
    if len(row.cells) != len(layout.columns):
        raise BadRow(f"the line has {len(row.cells)} cells, the header {len(layout.columns)}")
    fields = {field: _first_filled(row.cells, places, layout) for field, places in layout.places.items()}
    return _with_iso_dates(fields, layout.date_format) if layout.date_format else fields


def _with_iso_dates(fields: Fields, date_format: str) -> Fields:
    days: Fields = {}
    wrong: list[str] = []
    for field in dates.FIELDS & fields.keys():
        try:
            days[field] = fields[field] and dates.day_written(fields[field], date_format)
        except ValueError as reason:
            wrong.append(f"{field} {reason}")
    if wrong:
        raise BadRow("; ".join(sorted(wrong)))
    return fields | days


def _first_filled(cells: Sequence[str], alternatives: tuple[tuple[int, ...], ...], layout: Layout) -> str:
    text = ""
    for numbers in alternatives:
        texts = {cells[number].strip() for number in numbers}
        if len(texts) > 1:
            raise BadRow(f"the columns named {layout.columns[numbers[0]].strip()} differ")
        text = texts.pop()
        if text:
            break
    return loosened(text) if layout.is_rejects else text


def record_of(fields: Mapping[str, str], line: int) -> Record:
    """The record that valid fields make. Raises BadRow with every reason why they are not."""
    has_person, has_visit = "first_name" in fields, "visit_date" in fields
    model = IngestRecord if has_person and has_visit else PersonFields if has_person else VisitFields
    try:
        return checked_record(model.model_validate(fields), line)
    except pydantic.ValidationError as error:
        raise bad_row(faults(error)) from None


def bad_row(found: Iterable[Fault]) -> BadRow:
    """The rejection of a row for all that is wrong with its fields."""
    return BadRow("; ".join(f"{fault.pointer[1:]} {fault.message}" for fault in found))


def checked_record(fields: PersonFields | VisitFields, line: int) -> Record:
    """The record of fields that were checked."""
    person = visit = None
    if isinstance(fields, PersonFields):
        person = Person(fields.first_name, fields.last_name, fields.birth_date)
    if isinstance(fields, VisitFields):
        visit = Visit(fields.visit_account_number, fields.visit_date, fields.reason)
    return Record(line, fields.mrn, person, visit)
