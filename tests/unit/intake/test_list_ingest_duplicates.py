from tests.unit.intake.conftest import Intake

HEADER = "mrn,first_name,last_name,birth_date,visit_account_number,visit_date,reason\n"
ROW = "7,Ada,Field,1990-02-14,V-{},2024-11-01,x\n"


def test_visits_that_are_stored_already_are_listed_with_their_ids(intake: Intake) -> None:
    intake.ingest(HEADER + ROW.format(1) + ROW.format(2))
    job = intake.ingest(HEADER + ROW.format(3) + ROW.format(2), "patients/more.csv")
    [listed] = intake.duplicates(job)
    assert listed["line"] == "3"
    [patient] = intake.patients()["patients"]
    assert [listed["duplicate_of"]] == [v["id"] for v in patient["visits"] if v["visit_account_number"] == "V-2"]


def test_a_job_without_duplicates_lists_none(intake: Intake) -> None:
    assert intake.duplicates(intake.ingest(HEADER + ROW.format(1))) == []
