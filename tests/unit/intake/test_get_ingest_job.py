from intake import get_ingest_job
from tests.unit.conftest import Call
from tests.unit.intake.conftest import Intake

ROWS = """mrn,first_name,last_name,birth_date,visit_account_number,visit_date,reason
MRN-1,Ann,Moss,1990-02-14,V-1,2024-11-01,Checkup
MRN-1,Ann,Moss,1990-02-14,V-2,2024-11-02,Follow-up
MRN-2,Bo,Lind,1990-02-30,V-3,2024-11-02,Flu
"""


def test_a_job_tells_each_count_of_its_file(intake: Intake, call: Call) -> None:
    task_id = intake.ingest(ROWS)["task_id"]
    job = call(get_ingest_job.handler, "intake/get_ingest_job", path={"task_id": task_id})["json"]
    counts = ("rows_read", "patients_created", "visits_created", "duplicates", "rejected", "percent")
    assert [job[name] for name in counts] == [3, 1, 2, 0, 1, 100]
    assert (job["status"], job["kind"], job["error"]) == ("completed", "patients", None)
    assert job["started_at"] <= job["finished_at"]
    assert {"step", "at", "detail"} <= job["steps"][0].keys()


def test_another_tenants_job_is_as_if_it_did_not_exist(intake: Intake, call: Call) -> None:
    path = {"task_id": intake.ingest(ROWS)["task_id"]}
    assert call(get_ingest_job.handler, "intake/get_ingest_job", path=path, tenant="other")["statusCode"] == 404
