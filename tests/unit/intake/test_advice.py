"""What a file whose columns do not fit looks like, and what to do."""

import pytest

from intake.files.advice import advice
from tests.unit.intake.conftest import Intake
from tests.unit.intake.test_claim_rows import HEADER as CLAIMS
from tests.unit.intake.test_claim_rows import ROW as CLAIM

PATIENTS = "mrn,first_name,last_name,birth_date,visit_account_number,visit_date,reason\n"
PATIENT = "0017,Ada,Field,1990-02-14,V-1,2024-11-01,Annual physical\n"
SYNTHEA = "Id,BIRTHDATE,DEATHDATE,FIRST,LAST\n"
RENAME = "Rename the columns in its first line, or name them in a mapping.json (docs/intake.md)."


@pytest.mark.parametrize(
    ("kind", "header", "advised"),
    [
        ("patients", CLAIMS, "It looks like claims: put it under claims/, or send it with --kind claims."),
        (
            "patients",
            CLAIMS.replace("Quadrant", "Area").replace("NPI", "id"),
            "It looks like claims: put it under claims/",
        ),
        ("claims", PATIENTS, "It looks like patients: put it under patients/, or send it with --kind patients."),
        ("claims", SYNTHEA, "It looks like patients: put it under patients/"),
        (
            "patients",
            PATIENTS.replace("visit_date", "visit_dat"),
            f"Its column visit_dat looks like visit_date. {RENAME}",
        ),
        (
            "claims",
            CLAIMS.replace("Provider NPI", "Provider NPI Number"),
            f"Its column Provider NPI Number looks like provider_npi. {RENAME}",
        ),
        ("patients", PATIENTS.replace("mrn", "Patient ID"), RENAME),
        ("patients", PATIENT, RENAME),
        ("claims", CLAIM, RENAME),
        (
            "patients",
            '[{"mrn": "0017","first_name": "Ada"}]',
            "It looks like JSON: send it to POST /ingest or POST /claims.",
        ),
        ("claims", "[", "It looks like JSON"),
        ("patients", "<html><table><tr><td>mrn", "It looks like HTML or XML: export the table as CSV."),
    ],
    ids=range(12),
)
def test_a_file_whose_columns_do_not_fit_is_told_what_it_looks_like(kind: str, header: str, advised: str) -> None:
    assert advice(kind, header.strip("\n").split(",")).startswith(advised)


def test_the_error_of_a_job_says_what_is_missing_and_what_to_do(intake: Intake) -> None:
    assert intake.split(intake.put(CLAIMS + CLAIM)) == []
    missing = "The file has no header that names its columns: mrn, "
    assert intake.job()["error"].startswith(missing)
    assert intake.job()["error"].endswith("It looks like claims: put it under claims/, or send it with --kind claims.")


def test_an_error_shows_nothing_of_a_row(intake: Intake) -> None:
    intake.split(intake.put(PATIENT + PATIENT))
    assert not any(text in intake.job()["error"] for text in PATIENT.strip().split(","))
