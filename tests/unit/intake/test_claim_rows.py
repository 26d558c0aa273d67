"""Files of claims, from the bucket to the table."""

import csv
import datetime
import gzip
import io
import random
import re
import unicodedata
from collections import Counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claims import create_claims, list_claims
from claims.claim.claim_fields import QUADRANTS
from claims.claim.field_names import FIELDS
from claims.claim.models import SubmittedClaim
from claims.claim.money import CENTS_LIMIT
from intake.files.claim_rows import claim_row, claims_layout
from intake.files.columns import read_header
from intake.files.patient_rows import BadRow, fields_of
from intake.files.rejects import TO_CHECK
from intake.files.unreadable import UnreadableFile
from intake.jobs.kinds import FILE_KINDS
from intake.jobs.splitting import Splitter
from payerworks import json_text
from payerworks.aws import client
from payerworks.csv_rows import rows
from payerworks.days import latest_today
from payerworks.settings import settings
from tests.unit.conftest import Call
from tests.unit.intake.conftest import Intake

HEADER = " Service Date ,Submitted Procedure,Quadrant,Plan/Group #,Subscriber#,Provider NPI,provider fees,Allowed Fees,"
HEADER += "member CoInsurance,member coPay\n"
ROW = '3/28/18 0:00,D0180,UR,GRP-1000,3730189502,1497775530,"$1,130.00 ",$65.5,16.25,0\n'
CLAIM = {
    "service_date": "2018-03-28",
    "submitted_procedure": "D0180",
    "quadrant": "UR",
    "plan_group_number": "GRP-1000",
    "subscriber_number": "3730189502",
    "provider_npi": "1497775530",
    "provider_fees": "1130",
    "allowed_fees": "65.50",
    "member_coinsurance": "16.25",
    "member_copay": "0",
}
KEY = "claims/march.csv"
QUOTES = 'a cell that begins with " ends with ", and a " within it is written twice'
FEES = ("provider_fees", "allowed_fees", "member_coinsurance", "member_copay")


def counts(job: dict[str, Any]) -> tuple[int, ...]:
    return tuple(job[name] for name in ("rows_read", "claims_created", "duplicates", "rejected"))


def stored() -> dict[str, dict[str, Any]]:
    """The stored claims, without the times of their creation."""
    items = client("dynamodb").scan(TableName=settings().tables["claims"])["Items"]
    claims = [item for item in items if item["sk"]["S"] == "CLAIM"]
    return {item["pk"]["S"]: {k: v for k, v in item.items() if k != "received_at"} for item in claims}


def documents() -> list[dict[str, Any]]:
    """The contents of the stored claims, without their ids."""
    found = [json_text.read(item["document"]["S"]) for item in stored().values()]
    return [{name: value for name, value in document.items() if name != "id"} for document in found]


def test_a_row_is_the_claim_that_a_post_of_it_makes(intake: Intake, call: Call) -> None:
    job = intake.ingest(HEADER + ROW, KEY)
    assert (job["kind"], job["status"], job["percent"], job["error"]) == ("claims", "completed", 100, None)
    assert counts(job) == (1, 1, 0, 0)
    assert job["patients_created"] == job["visits_created"] == 0
    [from_file] = stored().values()
    assert from_file["request_id"]["S"] == job["task_id"]
    assert call(create_claims.handler, "claims/create_claims", body=CLAIM)["statusCode"] == 201
    assert documents()[0] == documents()[1]
    posted = next(item for item in stored().values() if item != from_file)
    own = {
        "pk",
        "document",
        "request_id",
        "list_order",
        "status_list",
        "date_list",
        "received_list",
        "overdue_shard",
        "overdue_at",
    }
    own |= {"source"}
    assert {k: v for k, v in from_file.items() if k not in own} == {k: v for k, v in posted.items() if k not in own}


def test_a_claim_names_the_file_line_and_job_it_came_from(intake: Intake, call: Call) -> None:
    job = intake.ingest(HEADER + ROW + "bad\n" + ROW.replace("D0180", "D0181"), KEY)
    claims = call(list_claims.handler, "claims/list_claims")["json"]["items"]
    from_file = {"kind": "file", "key": KEY, "task_id": job["task_id"]}
    sources = {claim["submitted_procedure"]: claim["source"] for claim in claims}
    assert sources == {"D0180": from_file | {"line": 2}, "D0181": from_file | {"line": 4}}


def test_the_same_content_under_any_name_adds_nothing_and_equal_lines_are_claims_each(intake: Intake) -> None:
    content = HEADER + ROW + ROW + ROW.replace("D0180", "D0181")
    assert counts(intake.ingest(content, KEY)) == (3, 3, 0, 0)
    before = stored()
    assert len(before) == 3
    assert counts(intake.ingest(content, "claims/another name.csv")) == (3, 0, 3, 0)
    assert counts(intake.ingest(gzip.compress(content.encode()), "claims/march.csv.gz")) == (3, 0, 3, 0)
    assert stored() == before
    assert counts(intake.ingest(content + ROW, "claims/more.csv")) == (4, 1, 3, 0)


def test_another_tenants_file_of_the_same_content_makes_claims_of_its_own(intake: Intake) -> None:
    intake.ingest(HEADER + ROW, KEY)
    for chunk in intake.split(intake.put(HEADER + ROW, KEY, tenant="other")):
        intake.load(chunk)
    ids = [pk.split("#") for pk in stored()]
    assert {tenant for tenant, _ in ids} == {"acme", "other"}
    assert len({claim_id for _, claim_id in ids}) == 2


def test_a_claim_that_has_gone_on_is_left_as_it_is(intake: Intake) -> None:
    intake.ingest(HEADER + ROW, KEY)
    [claim] = stored().values()
    voided = claim | {"status": {"S": "void"}, "version": {"N": "2"}, "operation": {"S": "voided"}}
    client("dynamodb").put_item(TableName=settings().tables["claims"], Item=voided)
    assert counts(intake.ingest(HEADER + ROW, "claims/again.csv")) == (1, 0, 1, 0)
    assert list(stored().values()) == [voided]


def test_chunks_doubled_and_in_any_order_give_the_same_claims(intake: Intake, small_chunks: None) -> None:
    chance = random.Random(5)
    note = "x" * 3_400  # two or three rows make a chunk
    lines = [ROW.replace("GRP-1000", f"GRP-{chance.randrange(3)}").replace("\n", f",{note}\n") for _ in range(9)]
    content = HEADER.replace("\n", ",note\n") + "".join(lines)
    message = intake.put(content, KEY)
    chunks = intake.split(message) + intake.split(message)
    assert len(chunks) == 8  # three plain ones, and one with the rows that are repeated
    chance.shuffle(chunks)
    for chunk in chunks:
        intake.load(chunk)
    assert counts(intake.job(KEY)) == (9, 9, 0, 0)
    groups = Counter(document["plan_group_number"] for document in documents())
    assert groups == Counter(line.split(",")[3] for line in lines)
    before = stored()
    assert counts(intake.ingest(content, "claims/again.csv", chance)) == (9, 0, 9, 0)
    assert stored() == before


@pytest.mark.parametrize("calls", [3, 4, 5, 6, 7])
def test_a_worker_that_dies_in_a_chunk_costs_nothing(intake: Intake, calls: int) -> None:
    content = HEADER + "".join(ROW.replace("GRP-1000", f"GRP-{number}") for number in range(120))
    [chunk] = intake.split(intake.put(content, KEY))
    intake.load_and_die(chunk, calls)
    assert intake.job(KEY)["status"] == "running"
    intake.load(chunk)
    assert counts(intake.job(KEY)) == (120, 120, 0, 0)
    assert sorted(document["plan_group_number"] for document in documents()) == sorted(f"GRP-{n}" for n in range(120))


BAD_CELLS = [
    ("submitted_procedure", "1234", "must be a CDT code: D and four digits"),
    ("provider_npi", "149777553", "must have 10 digits"),
    ("provider_npi", "", "must have 10 digits"),
    ("provider_fees", "-1", "must not be negative"),
    ("allowed_fees", "1.125", "must have at most two decimals"),
    ("member_copay", "NaN", "must be an amount in dollars, such as 120 or 1,234.50"),
    ("member_copay", "1e9", "must be an amount in dollars, such as 120 or 1,234.50"),
    ("member_copay", "", "must be an amount in dollars, such as 120 or 1,234.50"),
    ("member_coinsurance", "9" * 40, "must be below 10,000,000"),
    ("service_date", "1800-01-01", "must not be before 1990"),
    ("service_date", "2/30/18", "is a date that does not exist"),
    ("service_date", "30.2.18", "must be a date, as 2018-03-28 or 3/28/2018"),
    ("quadrant", "up", "must be UR, UL, LR, LL or a code of the area of the oral cavity, such as 10"),
    ("subscriber_number", "", "must have 1 to 100 characters"),
    ("subscriber_number", "37\ufffd", "holds U+FFFD: characters of it were lost"),
    (
        "plan_group_number",
        "a\nb",
        "holds U+000A (a control character), which cannot be seen; enter it again without that character",
    ),
]


@pytest.mark.parametrize(("field", "text", "reason"), BAD_CELLS)
def test_a_bad_cell_is_the_reason_of_a_reject(field: str, text: str, reason: str) -> None:
    with pytest.raises(BadRow) as rejected:
        claim_row(CLAIM | {field: text}, 2)
    assert str(rejected.value) == f"{field} {reason}"


def test_a_claim_of_tomorrow_is_a_reject_and_all_faults_of_a_row_are_told() -> None:
    tomorrow = latest_today() + datetime.timedelta(days=1)
    with pytest.raises(BadRow) as rejected:
        claim_row(CLAIM | {"service_date": tomorrow.isoformat(), "provider_npi": "1", "provider_fees": "$"}, 2)
    assert str(rejected.value).split("; ") == [
        "service_date must not be in the future",
        "provider_npi must have 10 digits",
        "provider_fees must be an amount in dollars, such as 120 or 1,234.50",
    ]


def test_bad_rows_are_listed_and_go_in_when_they_are_corrected(intake: Intake) -> None:
    bad = [ROW.replace("D0180", "=1234"), ROW.replace("UR,", ""), ROW.replace("UR", "UL").replace(",0", ',"0')]
    job = intake.ingest(HEADER + bad[0] + ROW + bad[1] + bad[2], KEY)
    assert (job["status"], counts(job)) == ("completed", (4, 1, 0, 3))
    text = intake.rejects(job)
    assert text.splitlines()[0] == HEADER.strip("\n") + ",line,reject_reason"
    listed = list(csv.DictReader(io.StringIO(text, newline="")))
    assert [(row["line"], row["reject_reason"]) for row in listed] == [
        ("2", "submitted_procedure: =1234 is not valid; it must be a CDT code: D and four digits"),
        ("4", f"the line has 9 cells, the header 10; add what is missing; {TO_CHECK}"),
        ("5", f"a quote is not closed; {QUOTES}; {TO_CHECK}"),
    ]
    assert listed[0]["Submitted Procedure"] == "'=1234"
    again = intake.ingest(text.replace("'=1234", "D0999"), "claims/corrected.csv")
    assert counts(again) == (3, 1, 0, 2)
    assert sorted(document["submitted_procedure"] for document in documents()) == ["D0180", "D0999"]


@pytest.mark.parametrize(
    ("header", "reason"),
    [
        (HEADER.replace("coPay", "pay").replace("Provider NPI", "NPI"), "no column provider_npi, member_copay."),
        (HEADER.replace("Quadrant", "provider_npi"), "more than one column provider_npi: provider_npi, Provider NPI."),
        (HEADER.replace("Quadrant", "ALLOWED_FEES").replace("coPay", "x"), "no column member_copay. The file has more"),
        (ROW, "no header that names its columns: service_date, submitted_procedure, plan_group_number,"),
    ],
)
def test_a_header_without_a_column_or_with_one_twice_is_named(header: str, reason: str) -> None:
    with pytest.raises(UnreadableFile, match=f"^The file has {reason}"):
        claims_layout(read_header(header.encode()).columns)


def test_a_file_without_a_required_column_fails_whole(intake: Intake) -> None:
    assert intake.split(intake.put(HEADER.replace("Subscriber#", "member") + ROW, KEY)) == []
    job = intake.job(KEY)
    assert (job["kind"], job["status"]) == ("claims", "failed")
    assert job["error"].startswith("The file has no column subscriber_number. Rename the columns")


# ---- any table of claims, in any dialect -----------------------------------------------------------------------------

CENTS = st.integers(0, CENTS_LIMIT - 1)
DAYS = st.dates(datetime.date(1990, 1, 1), datetime.date(2026, 1, 1))
TEXTS = st.text(st.characters(exclude_categories=("C", "Z"), exclude_characters="\ufffd"), min_size=1, max_size=20)
IDENTIFIERS = TEXTS.map(lambda text: unicodedata.normalize("NFC", text)).filter(lambda text: not BLANK.search(text))
BLANK = re.compile("[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]")
"""Letters and marks that cannot be seen."""
BLANKS = st.text(" \t", max_size=2)


@st.composite
def spelled(draw: st.DrawFn, field: str) -> str:
    words = field.removesuffix("_number") if draw(st.booleans()) else field
    signs = st.sampled_from(["", " ", "_", "/", "#", "  "])
    name = "".join(letter.upper() if draw(st.booleans()) else letter for letter in words.replace("_", draw(signs)))
    return draw(st.sampled_from(["", " "])) + name + draw(signs)


@st.composite
def written_money(draw: st.DrawFn, cents: int) -> str:
    whole = draw(st.sampled_from([f"{cents // 100}", f"{cents // 100:,}"]))
    text = whole if cents % 100 == 0 and draw(st.booleans()) else f"{whole}.{cents % 100:02}"
    return draw(st.sampled_from(["{}", "${}", " $ {} ", "{} "])).format(text)


@st.composite
def written_day(draw: st.DrawFn, day: datetime.date) -> str:
    us = f"{day.month}/{day.day}/{day:%Y}"
    return draw(st.sampled_from([day.isoformat(), f"{day.isoformat()}T10:30:00", us, f"{day:%m/%d/%y} 0:00"]))


@st.composite
def claim_rows(draw: st.DrawFn) -> tuple[dict[str, str], SubmittedClaim]:
    """Cells by field, and the claim that they describe."""
    day, amounts = draw(DAYS), {name: draw(CENTS) for name in FEES}
    quadrant = draw(st.sampled_from(["", *QUADRANTS, "10"]))
    texts = {
        "submitted_procedure": f"D{draw(st.integers(0, 9999)):04}",
        "plan_group_number": draw(IDENTIFIERS),
        "subscriber_number": draw(IDENTIFIERS),
        "provider_npi": f"{draw(st.integers(0, 10**10 - 1)):010}",
    }
    claim = SubmittedClaim.model_construct(service_date=day, quadrant=quadrant or None, **texts, **amounts)
    either_case = {"quadrant": quadrant, "submitted_procedure": texts["submitted_procedure"]}
    codes = {field: draw(st.sampled_from([code, code.lower()])) for field, code in either_case.items()}
    money = {name: draw(written_money(cents)) for name, cents in amounts.items()}
    blanks = draw(BLANKS)
    cells = {"service_date": draw(written_day(day))} | texts | codes | money
    return {field: blanks + cell + blanks for field, cell in cells.items()}, claim


@given(st.data(), st.lists(claim_rows(), max_size=4))
def test_any_table_of_claims_in_any_dialect_comes_back(
    data: st.DataObject, table: list[tuple[dict[str, str], SubmittedClaim]]
) -> None:
    columns = data.draw(st.permutations([*FIELDS, "note", "line"]))
    text = io.StringIO()
    dialect = data.draw(st.sampled_from([csv.excel, csv.unix_dialect]))
    delimiter = data.draw(st.sampled_from(",;\t"))
    writer = csv.writer(text, dialect, delimiter=delimiter, lineterminator=data.draw(st.sampled_from(["\n", "\r\n"])))
    writer.writerow([data.draw(spelled(name)) if name in FIELDS else name for name in columns])
    note = data.draw(st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"), max_size=9))
    writer.writerows([cells.get(name, note) for name in columns] for cells, _ in table)
    content = data.draw(st.sampled_from(["", "\ufeff"])).encode() + text.getvalue().encode()

    header = read_header(content)
    layout = claims_layout(header.columns)
    splitter = Splitter(header, FILE_KINDS["claims"], layout)
    splitter.read([content[header.end :]])
    read = [
        claim_row(fields_of(row, layout), row.line)[1].claim
        for chunk in splitter.split().chunks
        if not chunk.contested
        for row in rows([content[chunk.start : chunk.end]], header.delimiter, chunk.start, chunk.line)
    ]
    assert read == [claim for _, claim in table]
