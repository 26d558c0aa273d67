from intake import get_ingest_job, list_ingest_jobs
from tests.unit.conftest import Call
from tests.unit.intake.conftest import Intake

HEADER = "mrn,first_name,last_name,birth_date,visit_account_number,visit_date,reason\n"
EVENT = "intake/list_ingest_jobs"


def test_jobs_are_listed_newest_first_page_by_page(intake: Intake, call: Call) -> None:
    for number in range(5):
        intake.ingest(HEADER if number % 2 else "", f"patients/{number % 3}.csv")
    keys: list[str] = []
    query = {"limit": "2"}
    for _ in range(3):
        page = call(list_ingest_jobs.handler, EVENT, query=query)["json"]
        keys += [job["key"] for job in page["items"]]
        query |= {"cursor": page["nextCursor"]}
    assert page["nextCursor"] is None
    assert keys == [f"patients/{number}.csv" for number in (1, 0, 2, 1, 0)]
    of_one = call(list_ingest_jobs.handler, EVENT, query={"key": "patients/1.csv"})["json"]["items"]
    assert [job["status"] for job in of_one] == ["failed", "completed"]
    failed = call(list_ingest_jobs.handler, EVENT, query={"status": " failed ", "limit": "1"})["json"]
    assert [job["error"] for job in failed["items"]] == ["The file is empty."]
    assert failed["nextCursor"]
    assert call(list_ingest_jobs.handler, EVENT, tenant="other")["json"] == {"items": [], "nextCursor": None}


def test_a_job_that_is_not_there_is_not_found(call: Call) -> None:
    assert call(get_ingest_job.handler, "intake/get_ingest_job")["statusCode"] == 404


def test_an_unknown_status_is_refused(call: Call) -> None:
    assert call(list_ingest_jobs.handler, EVENT, query={"status": "late"})["statusCode"] == 400
