"""The reasons of rejects, as the person who corrects a file reads them."""

import csv
import datetime
import io
import json
from typing import Any

import pytest

from intake.files import dates
from intake.files.columns import ColumnMapping, Layout, layout_of
from intake.files.patient_rows import BadRow, fields_of
from intake.files.reject_reasons import reason_of
from intake.jobs.kinds import FILE_KINDS
from payerworks.csv_rows import Row
from payerworks.days import latest_today
from tests.unit.intake.conftest import Intake
from tests.unit.intake.test_claim_rows import CLAIM

VISIT = {
    "mrn": "0017",
    "first_name": "Ada",
    "last_name": "Field",
    "birth_date": "1990-02-14",
    "visit_account_number": "V-1",
    "visit_date": "2024-11-01",
    "reason": "Check",
}


MONTH_FIRST = "is not a date in month/day/year"
DAY_FIRST = f"{MONTH_FIRST}; if the file has day/month/year"
SHORTENED = "was shortened by a spreadsheet"


def rejected(kind: str, cells: list[str], layout: Layout) -> str:
    """Why a row is rejected."""
    row = Row(2, 0, 0, cells)
    with pytest.raises(BadRow) as bad_row:
        FILE_KINDS[kind].check(fields_of(row, layout), row.line)
    return reason_of(bad_row.value.faults, row, layout)


def reason(cells: dict[str, str], kind: str = "patients") -> str:
    """Why a row with these cells, by the names of their columns, is rejected."""
    return rejected(kind, list(cells.values()), FILE_KINDS[kind].layout_of(list(cells), None))


@pytest.mark.parametrize(
    ("field", "cell", "expected"),
    [
        (
            "visit_date",
            "31/12/2018",
            f"31/12/2018 {DAY_FIRST}, give date_format DD/MM/YYYY in a mapping",
        ),
        (
            "visit_date",
            "31/12/18",
            f"31/12/18 {DAY_FIRST}, write years with four digits and give date_format DD/MM/YYYY in a mapping",
        ),
        ("visit_date", "13/13/2018", "13/13/2018 is not a date in month/day/year"),
        (
            "visit_date",
            "31.12.2018 9:00",
            f"31.12.2018 9:00 {MONTH_FIRST}; if all dates of the file are like it, give their date_format in a mapping",
        ),
        ("visit_date", "2/30/2018", "2/30/2018 is a date that does not exist"),
        (
            "visit_date",
            "43465",
            "43465 is a day as a spreadsheet counts it; format the column as a date and save the file again",
        ),
        ("visit_date", "28-Mar-2018", "28-Mar-2018 has its month in letters; write it in digits, as 2018-03-28"),
        ("visit_date", "soon", "soon is not valid; it must be a date, as 2018-03-28 or 3/28/2018"),
        ("visit_date", "", "the cell is empty; it must be a date, as 2018-03-28 or 3/28/2018"),
        ("visit_date", "1066-10-14", "1066-10-14 is not valid; it must not be before 1850"),
        (
            "visit_date",
            "########",
            "######## is what a spreadsheet shows in a narrow column; widen it and save the file again",
        ),
        ("birth_date", "2/14/90", "2/14/90 is not valid; it must have a year of four digits"),
        ("birth_date", "2090-01-01", "2090-01-01 is not valid; it must not be in the future"),
        ("mrn", "", "the cell is empty; it must have 1 to 100 characters"),
        (
            "mrn",
            "007\u200b",
            "007 holds U+200B ZERO WIDTH SPACE, which cannot be seen; enter it again without that character",
        ),
        (
            "visit_account_number",
            "1.23457E+11",
            f"1.23457E+11 {SHORTENED}; format the column as text and enter the whole number again",
        ),
        ("last_name", "x" * 101, "x" * 40 + "… is not valid; it must have 1 to 100 characters"),
        ("reason", "x" * 1001, "x" * 40 + "… is not valid; it must have at most 1000 characters"),
        ("first_name", "A\ufffda", "A\ufffda holds U+FFFD: characters of it were lost"),
    ],
)
def test_a_reason_of_a_visit_names_column_value_and_what_to_do(field: str, cell: str, expected: str) -> None:
    assert reason(VISIT | {field: cell}) == f"{field}: {expected}"


@pytest.mark.parametrize(
    ("field", "cell", "expected"),
    [
        (
            "provider_npi",
            "1.49778E+09",
            f"1.49778E+09 {SHORTENED}; format the column as text and enter the whole number again",
        ),
        ("provider_npi", "149777553", "149777553 is not valid; it must have 10 digits"),
        ("provider_npi", "", "the cell is empty; it must have 10 digits"),
        ("provider_fees", "65,00", "65,00 has a decimal comma; write a point, as in 1,234.50"),
        ("provider_fees", "1.234,5 EUR", "1.234,5 EUR has a decimal comma; write a point, as in 1,234.50"),
        (
            "provider_fees",
            "1.23E+05",
            f"1.23E+05 {SHORTENED}; format the column as a number with two decimals and save the file again",
        ),
        ("member_copay", "", "the cell is empty; it must be an amount in dollars, such as 120 or 1,234.50"),
        (
            "member_copay",
            "(5.00)",
            "(5.00) is a negative amount as accountants write it; it must not be negative",
        ),
        ("member_copay", "#N/A", "#N/A is the error of a formula in a spreadsheet; enter the value itself"),
        ("quadrant", "1", "1 has lost its leading zero; a code has two digits"),
        (
            "quadrant",
            "up",
            "up is not valid; it must be UR, UL, LR, LL or a code of the area of the oral cavity, such as 10",
        ),
        ("submitted_procedure", "1234", "1234 is not valid; it must be a CDT code: D and four digits"),
        (
            "service_date",
            "31/12/2018",
            f"31/12/2018 {DAY_FIRST}, give date_format DD/MM/YYYY in a mapping",
        ),
    ],
)
def test_a_reason_of_a_claim_names_column_value_and_what_to_do(field: str, cell: str, expected: str) -> None:
    assert reason(CLAIM | {field: cell}, "claims") == f"{field}: {expected}"


def test_a_wrong_check_digit_says_what_is_wrong_where_it_is_an_error(environment: Any) -> None:
    environment(STRICT_NPI="true")
    message = "1234567890 has a check digit that does not fit; a digit is wrong, or two are swapped"
    assert reason(CLAIM | {"provider_npi": "1234567890"}, "claims") == f"provider_npi: {message}"


def test_every_fault_of_a_row_is_told_at_once() -> None:
    mapping = ColumnMapping("m", {field: [field] for field in VISIT}, "DD.MM.YYYY")
    layout = layout_of([*VISIT, "reason"], mapping)
    cells = [*(VISIT | {"mrn": "", "birth_date": "1990-02-14", "visit_date": "30.02.2024"}).values(), "Other"]
    assert set(rejected("patients", cells, layout).split(". ")) == {
        "mrn: the cell is empty; it must have 1 to 100 characters",
        "birth_date: 1990-02-14 is not valid; it must be a date, written as DD.MM.YYYY",
        "visit_date: 30.02.2024 is a date that does not exist, written as DD.MM.YYYY",
        "reason: the columns named reason differ (Check and Other); give both the same value",
    }


def test_a_column_of_another_name_is_named_beside_its_field() -> None:
    cells = {"Id": "", "FIRST": "Ada", "LAST": "Field", "BIRTHDATE": "soon"}
    told = reason(cells)
    assert told.startswith("mrn (column Id): the cell is empty; it ")
    assert ". birth_date: soon " in told
    names = {"provider_npi": "Provider NPI", "subscriber_number": "Subscriber#"}
    claim = {
        names.get(field, field): cell
        for field, cell in (CLAIM | {"provider_npi": "1", "subscriber_number": ""}).items()
    }
    assert [each.split(":")[0] for each in reason(claim, "claims").split(". ")] == ["subscriber_number", "provider_npi"]


def test_a_day_in_the_future_is_one_that_has_begun_nowhere() -> None:
    today = latest_today()
    assert dates.visit_date(today.isoformat()) == dates.birth_date(f"{today:%m/%d/%Y}") == today.isoformat()
    tomorrow = today + datetime.timedelta(days=1)
    for field in ("birth_date", "visit_date"):
        assert "it must not be in the future" in reason(VISIT | {field: tomorrow.isoformat()})


def test_the_dates_of_claims_and_visits_take_the_same_forms() -> None:
    for text in ("2018-03-28T10:00:00.5Z", "3/28/18 1:05 PM", "3/28/2018 24:00", "2018-03-28 10:00+02:00"):
        assert FILE_KINDS["claims"].check(CLAIM | {"service_date": text}, 2)[1].claim.service_date.isoformat() == (
            FILE_KINDS["patients"].check(VISIT | {"visit_date": text}, 2).visit.date
        )


def test_reasons_are_in_the_list_of_rejects_alone(intake: Intake, capsys: pytest.CaptureFixture[str]) -> None:
    rows = [
        VISIT | {"mrn": "SECRET-1\u200b"},
        VISIT | {"visit_date": "SECRET-2"},
        VISIT | {"birth_date": "99/SECRET-3"},
    ]
    text = io.StringIO()
    writer = csv.DictWriter(text, list(VISIT))
    writer.writeheader()
    writer.writerows(rows)
    job = intake.ingest(text.getvalue())
    assert job["rejected"] == 3
    listed = intake.rejects(job)
    assert all(f": {secret} " in listed for secret in ("SECRET-1", "SECRET-2", "99/SECRET-3"))
    stored = [item for item in intake.items() if item["sk"]["S"] != "VISIT"]
    logged = capsys.readouterr()
    assert logged.out
    assert "SECRET" not in f"{json.dumps(job)}{json.dumps(stored)}{logged.out}{logged.err}"
