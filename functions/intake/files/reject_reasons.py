"""Why a row is a reject, for the person who corrects it: the column, its value, the expected form, and what to do.

Unlike messages and logs, these texts quote the row: they are only in the list of rejects, beside the row itself.
"""

import re
from collections.abc import Iterable, Sequence

from claims.claim.claim_fields import NPI_WARNING
from intake.files import dates
from intake.files.columns import Layout
from intake.files.rejects import TO_CHECK, unguarded
from payerworks.csv_rows import NUL, QUOTING, TOO_LONG, UNCLOSED, Row
from payerworks.days import NOT_A_DATE, NOT_MONTH_DAY, has_short_year
from payerworks.errors import Fault
from payerworks.texts import SHORTENED, shown

_AMOUNTS = frozenset({"provider_fees", "allowed_fees", "member_coinsurance", "member_copay"})
_QUOTES = 'a cell that begins with " ends with ", and a " within it is written twice'
_ADVICE = {
    UNCLOSED: _QUOTES,
    QUOTING: _QUOTES,
    TOO_LONG: "shorten it",
    NUL: "enter the cell with U+FFFD again",
    NPI_WARNING: "a digit is wrong, or two are swapped",
}
_OTHER_SEPARATORS = re.compile(r"[0-9]{1,4}([./-])[0-9]{1,2}\1[0-9]{1,4}(?: .*)?")
_MONTHS = "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec"
_DAMAGES: Sequence[tuple[frozenset[str] | None, re.Pattern[str], str]] = (
    (None, re.compile("#{3,}"), "is what a spreadsheet shows in a narrow column; widen it and save the file again"),
    (
        None,
        re.compile(r"#(?:N/A|REF!|VALUE!|NAME\?|DIV/0!|NUM!|NULL!)"),
        "is the error of a formula in a spreadsheet; enter the value itself",
    ),
    (
        _AMOUNTS,
        SHORTENED,
        "was shortened by a spreadsheet; format the column as a number with two decimals and save the file again",
    ),
    (
        _AMOUNTS,
        re.compile(r"[^0-9]*[0-9]+(?:\.[0-9]{3})*,[0-9]{1,2}[^0-9]*"),
        "has a decimal comma; write a point, as in 1,234.50",
    ),
    (_AMOUNTS, re.compile(r"\(.*\)"), "is a negative amount as accountants write it; it must not be negative"),
    (
        dates.FIELDS,
        re.compile(r"[0-9]{5}(?:\.[0-9]+)?"),
        "is a day as a spreadsheet counts it; format the column as a date and save the file again",
    ),
    (
        dates.FIELDS,
        re.compile(rf"(?i)(?=.*[0-9]).*\b(?:{_MONTHS})[a-z]*\b.*"),
        "has its month in letters; write it in digits, as 2018-03-28",
    ),
    (frozenset({"quadrant"}), re.compile("[0-9]"), "has lost its leading zero; a code has two digits"),
)
"""What spreadsheets and other programs make of the cells of some fields (None: of all), and what to do about it."""


def reason_of(faults: Iterable[Fault], row: Row, layout: Layout) -> str:
    """The reason of a reject with these faults (patient_rows.BadRow)."""
    return ". ".join(_sentence(fault, row, layout) for fault in faults)


def _sentence(fault: Fault, row: Row, layout: Layout) -> str:
    field = fault.pointer.removeprefix("/")
    if field not in layout.fields:
        return _of_row(fault.message, 0 if row.fault else len(row.cells) - len(layout.columns))
    column, texts = _cell(row.cells, layout.fields[field], layout)
    if len(texts) > 1:
        quoted = " and ".join(map(shown, texts))
        return f"{field}: the columns named {shown(column)} differ ({quoted}); give both the same value"
    return f"{_label(field, column)}: {_of_cell(field, texts[0], fault.message, layout.date_format)}"


def _of_row(message: str, surplus_cells: int) -> str:
    advice = _ADVICE.get(message)
    if advice is None and surplus_cells:
        advice = "put quotes around a cell that holds the delimiter" if surplus_cells > 0 else "add what is missing"
    return "; ".join(filter(None, (message, advice, TO_CHECK)))


def _cell(cells: Sequence[str], alternatives: tuple[tuple[int, ...], ...], layout: Layout) -> tuple[str, list[str]]:
    """The column that counts, and its text: several texts if columns of this name differ."""
    column, texts = "", [""]
    for numbers in alternatives:
        different = sorted({_own(cells[number], layout) for number in numbers})
        if different != [""] or not column:
            column, texts = layout.columns[numbers[0]].strip(), different
        if different != [""]:
            break
    return column, texts


def _own(cell: str, layout: Layout) -> str:
    return (unguarded(cell) if layout.is_reject_list else cell).strip()


def _label(field: str, column: str) -> str:
    """The field, with its column's name where that is another word."""
    same = field.replace("_", "").startswith(re.sub(r"[\W_]+", "", column).lower())
    return field if same else f"{field} (column {shown(column)})"


def _of_cell(field: str, cell: str, message: str, date_format: str | None) -> str:
    quoted = shown(cell) or "the cell"
    for fields, pattern, damage in _DAMAGES:
        if (fields is None or field in fields) and pattern.fullmatch(cell):
            return f"{quoted} {damage}"
    if field in dates.FIELDS and cell:
        message = _of_date(cell, message, date_format)
    if message.startswith("must "):
        message = f"is not valid; it {message}" if cell else f"is empty; it {message}"
    return "; ".join(filter(None, (f"{quoted} {message}", _ADVICE.get(message))))


def _of_date(cell: str, message: str, date_format: str | None) -> str:
    if date_format:
        try:
            dates.day_written(cell, date_format)
        except ValueError as fault:
            return str(fault)
        return message
    if message == NOT_MONTH_DAY and int(cell.split("/")[1]) <= 12:
        digits = "write years with four digits and " if has_short_year(cell) else ""
        return f"{message}; if the file has day/month/year, {digits}give date_format DD/MM/YYYY in a mapping"
    if message == NOT_A_DATE and _OTHER_SEPARATORS.fullmatch(cell):
        return f"{NOT_MONTH_DAY}; if all dates of the file are like it, give their date_format in a mapping"
    return message
