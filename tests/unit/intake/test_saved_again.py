"""Files that were saved again, corrected or extended: only what is new is added."""

import csv
import io
import random
from collections import Counter

import pytest

from claims.claim.field_names import FIELDS
from payerworks.aws import client
from payerworks.settings import settings
from tests.unit.intake.conftest import Intake, Job

HEADER = "Service Date,Submitted Procedure,Quadrant,Plan/Group #,Subscriber#,Provider NPI,Provider Fees,Allowed Fees,"
HEADER += "Member Coinsurance,Member Copay\n"
ROW = "2025-03-01,D0120,,G-1,S{},1497775530,65.00,60.00,0.00,0.00\n"
FIRST = HEADER + "".join(ROW.format(number) for number in (1, 2, 2, 3))

PATIENTS = "Id,FIRST,LAST,BIRTHDATE\n"


def counts(job: Job) -> tuple[int, int, int, int]:
    return job["rows_read"], job["claims_created"], job["duplicates"], job["rejected"]


def claim_ids() -> set[str]:
    items = client("dynamodb").scan(TableName=settings().tables["claims"])["Items"]
    return {item["pk"]["S"] for item in items if item["sk"]["S"] == "CLAIM"}


def saved_again(text: str, columns: list[int], delimiter: str, **dialect: object) -> str:
    rows = [[cells[number] for number in columns] for cells in csv.reader(io.StringIO(text))]
    saved = io.StringIO()
    csv.writer(saved, delimiter=delimiter, **dialect).writerows(rows)  # type: ignore[arg-type]
    return saved.getvalue()


IN_ORDER = list(range(10))
SAVED_AGAIN = {
    "CRLF": FIRST.replace("\n", "\r\n"),
    "BOM": "\ufeff" + FIRST,
    "quoted": saved_again(FIRST, IN_ORDER, ",", quoting=csv.QUOTE_ALL),
    "semicolons": saved_again(FIRST, IN_ORDER, ";"),
    "tabs": saved_again(FIRST, IN_ORDER, "\t"),
    "columns in another order": saved_again(FIRST, IN_ORDER[::-1], ","),
    "another header": FIRST.replace(HEADER, ",".join(FIELDS) + "\n"),
    "a column more": FIRST.replace("\n", ",note\n"),
    "dollars": FIRST.replace("65.00", "$65.00").replace("60.00", "60").replace("0.00,0.00", "0,$ 0"),
    "dates of a spreadsheet": FIRST.replace("2025-03-01", "3/1/25 0:00"),
    "rows in another order": HEADER + "".join(ROW.format(number) for number in (2, 3, 1, 2)),
}


@pytest.mark.parametrize("content", SAVED_AGAIN.values(), ids=SAVED_AGAIN)
def test_a_file_of_claims_that_was_saved_again_adds_nothing(content: str, intake: Intake) -> None:
    assert counts(intake.ingest(FIRST, "claims/first.csv")) == (4, 4, 0, 0)
    before = claim_ids()
    again = intake.ingest(content, "claims/again.csv")
    assert counts(again) == (4, 0, 4, 0)
    assert claim_ids() == before


def test_only_a_corrected_and_an_added_row_are_new_and_the_others_are_listed(intake: Intake) -> None:
    bad = ROW.format(9).replace("D0120", "D01")
    first = intake.ingest(FIRST + bad, "claims/first.csv")
    assert counts(first) == (5, 4, 0, 1)
    assert intake.duplicates(first) == []
    before = claim_ids()
    again = intake.ingest(FIRST + ROW.format(9) + ROW.format(2), "claims/again.csv")
    assert counts(again) == (6, 2, 4, 0)
    listed = intake.duplicates(again)
    assert [entry["line"] for entry in listed] == ["2", "3", "4", "5"]
    assert {f"acme#{entry['duplicate_of']}" for entry in listed} == before


def test_equal_rows_in_many_chunks_are_claims_each_whatever_is_loaded_twice(intake: Intake, small_chunks: None) -> None:
    # Wide rows: a chunk has four of them, so equal rows are in several contested chunks.
    wide = ROW.replace("\n", f",{'x' * 2_000}\n")
    numbers = [random.Random(7).randrange(20) for _ in range(90)]
    content = HEADER.replace("\n", ",note\n") + "".join(map(wide.format, numbers))
    message = intake.put(content, "claims/first.csv")
    chunks = intake.split(message)
    for chunk in [*chunks, *chunks]:
        intake.load(chunk)
    while queued := intake.queued():
        for chunk in queued:
            intake.load_and_die(chunk, 2)
            intake.load(chunk)
            intake.load(chunk)
    job = intake.job("claims/first.csv")
    assert (job["status"], counts(job)) == ("completed", (90, 90, 0, 0))
    assert len(claim_ids()) == 90
    # Other rows, in another order: what the first file has fewer of is new.
    more = sorted(numbers[:60]) + [1] * 10
    again = intake.ingest(HEADER.replace("\n", ",note\n") + "".join(map(wide.format, more)), "claims/again.csv")
    new = sum((Counter(more) - Counter(numbers)).values())
    assert new > 0
    assert counts(again) == (70, new, 70 - new, 0)


def test_a_file_of_patients_that_was_saved_again_is_as_old_as_the_first(intake: Intake) -> None:
    old = PATIENTS + "7,Ada,Field,1990-02-14\n"
    intake.ingest(old, "patients/old.csv")
    intake.ingest(old.replace("Field", "Moss"), "patients/new.csv")
    for number, content in enumerate(
        [
            old.replace("\n", "\r\n"),
            "\ufeff" + old.replace(",", ";"),
            old.replace("1990-02-14", "2/14/1990"),
            'BIRTHDATE,"Last",FIRST,Id\n1990-02-14,Field , Ada,7\n',
        ]
    ):
        job = intake.ingest(content, f"patients/again-{number}.csv")
        assert (job["patients_unchanged"], job["patients_updated"]) == (1, 0)
    assert intake.patients()["patients"][0]["person"]["last_name"] == "Moss"


def test_more_repeated_rows_than_can_be_counted_fail_the_file(intake: Intake, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("intake.jobs.splitting.MAX_CONTESTED", 2)
    rows = [ROW.format(number) for number in range(3)]
    assert intake.ingest(HEADER + "".join(rows[:2] * 2), "claims/some.csv")["status"] == "completed"
    job = intake.ingest(HEADER + "".join(rows * 2), "claims/many.csv")
    assert (job["status"], job["claims_created"]) == ("failed", 0)
    assert job["error"] == "More than 2 rows are repeated; put them into smaller files."
