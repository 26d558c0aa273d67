"""Mappings: which one applies to a file, its effect, and its faults."""

import csv
import io
import json
from typing import Any

import pytest

from claims.claim.models import SubmittedClaim
from intake import ingest_records, on_file_uploaded
from intake.files import dates
from intake.files.mapping import OPTIONAL, mapping_keys
from intake.files.row_models import IngestRecord
from payerworks.aws import client
from payerworks.settings import settings
from tests.unit.conftest import Call
from tests.unit.intake.conftest import Intake, Invocation, sqs_event
from tests.unit.intake.test_claim_rows import CLAIM
from tests.unit.intake.test_ingest_records import notified

MAPPING: dict[str, Any] = {
    "columns": {
        "mrn": "Patient No",
        "first_name": "Vorname",
        "last_name": "Nachname",
        "birth_date": "Geburtsdatum",
        "visit_account_number": "Fall",
        "visit_date": "Aufnahme",
        "reason": ["Grund", "Diagnose"],
    },
    "date_format": "DD.MM.YYYY",
}
HEADER = "Fall;Patient-No.;Vorname;Nachname;geburtsdatum;Aufnahme;Diagnose;Grund;Station\n"
ROW = "V-1;0017;Ada;Field;14.02.1990;1.11.2024 08:30;Check;;3\n"
OURS = "mrn,first_name,last_name,birth_date,visit_account_number,visit_date,reason\n"
OUR_ROW = "0017,Ada,Field,1990-02-14,V-1,2024-11-01,Check\n"


def put_mapping(intake: Intake, folder: str, content: Any = MAPPING, tenant: str = "acme") -> dict[str, Any]:
    text = content if isinstance(content, bytes | str) else json.dumps(content)
    return intake.put(text, f"{folder}/mapping.json", tenant)


def test_a_file_is_read_as_its_mapping_says(intake: Intake) -> None:
    put_mapping(intake, "patients/clinic")
    rows = [ROW, ROW.replace("V-1", "V-2").replace(";;", ";Pain;")]
    job = intake.ingest(HEADER + "".join(rows), "patients/clinic/march.csv")
    assert (job["status"], job["rejected"]) == ("completed", 0)
    patient = intake.patients(mrn="0017")["patients"][0]
    assert patient["person"] == {"first_name": "Ada", "last_name": "Field", "birth_date": "1990-02-14"}
    visits = {visit["visit_account_number"]: visit for visit in patient["visits"]}
    assert {number: visit["reason"] for number, visit in visits.items()} == {"V-1": "Check", "V-2": "Pain"}
    assert visits["V-1"]["visit_date"] == "2024-11-01"


def test_a_mapping_itself_starts_no_job(intake: Intake) -> None:
    assert intake.split(put_mapping(intake, "patients")) == []
    items = client("dynamodb").scan(TableName=settings().tables["intake"])["Items"]
    assert items == []


def test_the_nearest_mapping_above_a_file_counts() -> None:
    assert list(mapping_keys("patients/acme/2024/visits.csv")) == [
        "patients/acme/2024/mapping.json",
        "patients/acme/mapping.json",
        "patients/mapping.json",
    ]


def test_a_mapping_further_below_hides_those_above(intake: Intake) -> None:
    put_mapping(intake, "patients", "not JSON")
    put_mapping(intake, "patients/clinic")
    assert intake.ingest(HEADER + ROW, "patients/clinic/2024/march.csv")["visits_created"] == 1


def test_a_mapping_counts_although_a_preset_would_fit(intake: Intake) -> None:
    put_mapping(intake, "patients")
    lacking = "Patient No, Vorname, Nachname, Geburtsdatum, Fall, Aufnahme, Grund or Diagnose"
    asked = "which the mapping patients/mapping.json requires"
    advice = "Correct the names in the mapping, or in the first line of the file."
    assert intake.ingest(OURS + OUR_ROW)["error"] == f"The file has no column {lacking}, {asked}. {advice}"


def test_a_mapping_of_another_tenant_does_not_count(intake: Intake) -> None:
    put_mapping(intake, "patients", tenant="acme")
    put_mapping(intake, "patients/clinic", "not JSON", tenant="other")
    assert intake.ingest(HEADER + ROW, "patients/clinic/march.csv")["visits_created"] == 1


def test_a_file_whose_only_mapping_is_anothers_is_read_by_the_presets(intake: Intake) -> None:
    put_mapping(intake, "patients", tenant="other")
    assert intake.ingest(OURS + OUR_ROW)["visits_created"] == 1


def test_chunks_are_loaded_by_the_mapping_that_the_file_was_split_by(intake: Intake) -> None:
    put_mapping(intake, "patients")
    chunks = intake.split(intake.put(HEADER + ROW))
    put_mapping(intake, "patients", MAPPING | {"date_format": "MM.DD.YYYY"})
    for chunk in chunks:
        intake.load(chunk)
    assert (intake.job()["visits_created"], intake.job()["rejected"]) == (1, 0)


def test_posted_records_are_in_our_columns_whatever_the_mapping(intake: Intake, call: Call) -> None:
    put_mapping(intake, "patients")
    accepted = call(ingest_records.handler, "intake/ingest_records")["json"]
    for chunk in notified(intake, accepted["csv_filename"]):
        intake.load(chunk)
    assert intake.job(accepted["csv_filename"])["visits_created"] == 1


def test_dates_of_another_format_are_rejects_that_name_it(intake: Intake) -> None:
    put_mapping(intake, "patients")
    bad = ["2/14/1990", "1990-02-14", "30.02.1990", "14.02.90", ""]
    rows = [ROW.replace("14.02.1990", text).replace("V-1", f"V-{n}") for n, text in enumerate(bad)]
    job = intake.ingest(HEADER + "".join(rows))
    reasons = [row["reject_reason"] for row in csv.DictReader(io.StringIO(intake.rejects(job)), delimiter=";")]
    label, written = "birth_date (column geburtsdatum)", "is not valid; it must be a date, written as DD.MM.YYYY"
    assert reasons == [
        f"{label}: 2/14/1990 {written}",
        f"{label}: 1990-02-14 {written}",
        f"{label}: 30.02.1990 is a date that does not exist, written as DD.MM.YYYY",
        f"{label}: 14.02.90 {written}",
        f"{label}: the cell is empty; it must be a date, as 2018-03-28 or 3/28/2018",
    ]


def test_corrected_rejects_go_in_by_the_same_mapping(intake: Intake) -> None:
    put_mapping(intake, "patients")
    job = intake.ingest(HEADER + ROW.replace("14.02.", "30.02."))
    corrected = intake.rejects(job).replace("30.02.", "14.02.")
    assert intake.ingest(corrected, "patients/corrected.csv")["visits_created"] == 1


def test_a_mapping_reads_files_of_claims_too(intake: Intake) -> None:
    names = {field: f"Spalte {number}" for number, field in enumerate(CLAIM)}
    put_mapping(intake, "claims", {"columns": names, "date_format": "YYYYMMDD"})
    text = io.StringIO()
    writer = csv.DictWriter(text, list(names.values()))
    writer.writeheader()
    writer.writerow({names[field]: value for field, value in (CLAIM | {"service_date": "20180328"}).items()})
    job = intake.ingest(text.getvalue(), "claims/march.csv")
    assert (job["claims_created"], job["rejected"]) == (1, 0)


def test_the_fields_that_a_mapping_may_lack_are_those_that_a_row_may_lack() -> None:
    fields = SubmittedClaim.model_fields | IngestRecord.model_fields
    assert {name for name, field in fields.items() if not field.is_required()} == OPTIONAL


def test_a_mapping_may_leave_out_the_reason(intake: Intake) -> None:
    put_mapping(intake, "patients", without("reason"))
    job = intake.ingest(HEADER + ROW.replace("14.02.1990", "1990-02-14").replace("1.11.2024 08:30", "2024-11-01"))
    assert (job["visits_created"], job["rejected"]) == (1, 0)
    assert intake.patients()["patients"][0]["visits"][0]["reason"] == ""


def test_every_fault_of_a_mapping_is_told_at_once(intake: Intake) -> None:
    columns = {"visit_dat" if field == "visit_date" else field: name for field, name in MAPPING["columns"].items()}
    put_mapping(intake, "patients", {"columns": columns | {"mrn": []}, "date_format": "dd.mm.yy", "dates": 1})
    intake.split(intake.put(HEADER + ROW))
    faults = intake.job()["error"].removeprefix("The mapping patients/mapping.json cannot be used: ").split("; ")
    assert sorted(fault.split(" ")[0] for fault in faults) == [
        "/columns/mrn",
        "/columns/visit_dat",
        "/columns/visit_date",
        "/date_format",
        "/dates",
    ]


def test_a_mapping_may_name_an_encoding_alone(intake: Intake) -> None:
    put_mapping(intake, "patients", {"encoding": "Macintosh"})
    job = intake.ingest((OURS + OUR_ROW.replace("Ada", "Zoë")).encode("mac_roman"))
    assert (job["visits_created"], job["encoding"]) == (1, "macintosh")
    assert intake.patients()["patients"][0]["person"]["first_name"] == "Zoë"


@pytest.mark.parametrize("kind", ["patients", "claims"])
def test_a_mapping_may_name_a_date_format_alone(intake: Intake, kind: str) -> None:
    put_mapping(intake, kind, {"date_format": "DD.MM.YYYY"})
    ours = OURS + OUR_ROW.replace("1990-02-14", "14.02.1990").replace("2024-11-01", "1.11.2024")
    claims = f"{','.join(CLAIM)}\n{','.join(str(cell) for cell in CLAIM.values())}\n".replace("2018-03-28", "28.3.2018")
    job = intake.ingest(claims if kind == "claims" else ours, f"{kind}/march.csv")
    assert (job["claims_created"] + job["visits_created"], job["rejected"]) == (1, 0)


def test_an_encoding_named_later_does_not_change_a_file_that_is_being_split(intake: Intake) -> None:
    put_mapping(intake, "patients", {"encoding": "macintosh"})
    message = intake.put((OURS + OUR_ROW.replace("Ada", "Zoë")).encode("mac_roman"))
    on_file_uploaded.handler(sqs_event("on_file_uploaded", message), Invocation(lambda: 100))
    put_mapping(intake, "patients", {"encoding": "windows-1252"})
    for chunk in intake.split(message):
        intake.load(chunk)
    assert intake.job()["encoding"] == "macintosh"
    assert intake.patients()["patients"][0]["person"]["first_name"] == "Zoë"


def test_rejects_of_a_file_in_a_named_encoding_are_sent_with_its_mapping(intake: Intake) -> None:
    put_mapping(intake, "patients", {"encoding": "macintosh"})
    job = intake.ingest((OURS + OUR_ROW.replace("Ada", "Zoë").replace("02-14", "02-30")).encode("mac_roman"))
    intake.ingest(intake.rejects(job).replace("02-30", "02-14"), "patients/corrected.csv")
    assert intake.patients()["patients"][0]["person"]["first_name"] == "Zoë"


def without(*fields: str) -> dict[str, Any]:
    return {"columns": {field: name for field, name in MAPPING["columns"].items() if field not in fields}}


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        ("{", "is not JSON."),
        ([], "cannot be used: it must be an object."),
        ({"columns": None}, "cannot be used: /columns must be an object."),
        (b"\xff\xfe{}", "is not JSON."),
        ("[]", "cannot be used: it "),
        ("{}", "cannot be used: /columns is missing."),
        (MAPPING | {"dates": "DD.MM.YYYY"}, "cannot be used: /dates is not known."),
        (
            {"columns": MAPPING["columns"] | {"shoe": "Size"}},
            "cannot be used: /columns/shoe is not a field of patients.",
        ),
        (
            {"columns": MAPPING["columns"] | {f"shoe {n:02}": "Size" for n in range(21)}},
            "cannot be used: /columns/shoe 00 is not a field of patients; /columns/shoe 01 is not ",
        ),
        (without("birth_date", "mrn"), "cannot be used: /columns/birth_date is missing; /columns/mrn is missing."),
        (MAPPING | {"columns": MAPPING["columns"] | {"mrn": []}}, "cannot be used: /columns/mrn "),
        (MAPPING | {"date_format": "DD.MMM.YYYY"}, "cannot be used: /date_format must have YYYY, MM and DD once each"),
        (" " * 64 * 1024 + "{}", "has more than 64 KB."),
        ({"encoding": "klingon"}, "cannot be used: /encoding must be one of utf-8, utf-16, "),
    ],
    ids=range(14),
)
def test_a_broken_mapping_fails_the_job_and_is_named(intake: Intake, content: Any, fault: str) -> None:
    put_mapping(intake, "patients", content)
    assert intake.split(intake.put(HEADER + ROW)) == []
    job = intake.job()
    assert job["status"] == "failed"
    assert job["error"].startswith(f"The mapping patients/mapping.json {fault}")


@pytest.mark.parametrize("text", ["DD.MM.YY", "MM.YYYY", "DD.MM.YYYY.DD", "ddYYYYMMDD", "DD--_MM.YYYY", "D.M.YYYY", ""])
def test_what_is_no_date_format_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="must have YYYY, MM and DD"):
        dates.pattern_of(text)


@pytest.mark.parametrize(
    ("date_format", "text"),
    [
        ("DD.MM.YYYY", "03.04.2024"),
        ("DD.MM.YYYY", "3.4.2024 7:05"),
        ("DD/MM/YYYY", "03/04/2024"),
        ("YYYYMMDD", "20240403"),
        ("YYYYMMDD", "20240403T07:05:00Z"),
        ("DD MM YYYY", "03 04 2024 10:00 pm"),
        ("YYYY/MM/DD", "2024/04/03"),
    ],
)
def test_a_day_is_read_as_it_is_written(date_format: str, text: str) -> None:
    assert dates.day_written(text, date_format) == "2024-04-03"


def test_days_without_separators_keep_their_zeros() -> None:
    with pytest.raises(ValueError, match="written as YYYYMMDD"):
        dates.day_written("2024113", "YYYYMMDD")
