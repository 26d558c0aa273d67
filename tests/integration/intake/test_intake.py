"""Files through S3, the queues and the functions of the deployed stack."""

import gzip
import uuid
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from tests.integration.conftest import Api
from tests.integration.intake.conftest import Ingest, finished
from tests.unit.conftest import ROOT

HEADER = "mrn,first_name,last_name,birth_date,visit_account_number,visit_date,reason\n"
SYNTHEA = ROOT.parent / "shared/data/synthea"


def test_records_posted_become_patients_with_visits(api: Api) -> None:
    mrn = uuid.uuid4().hex
    record = {"mrn": mrn, "first_name": "Zoë", "last_name": "Field", "birth_date": "1990-02-14", "reason": 'x,\n"y"'}
    visits = [{"visit_account_number": f"{mrn}-{n}", "visit_date": f"2024-11-0{n}"} for n in (1, 2)]
    answer = api.post("/ingest", [record | visit for visit in visits])
    assert answer.status == 202, answer.body
    job = finished(api, f"/ingest/{answer.json()['task_id']}")
    assert (job["status"], job["patients_created"], job["visits_created"]) == ("completed", 1, 2)
    patient = api.get(f"/patients?mrn={mrn}").json()["patients"][0]
    assert [visit["visit_date"] for visit in patient["visits"]] == ["2024-11-02", "2024-11-01"]
    assert patient["visits"][0]["reason"] == 'x,\n"y"'
    assert api.get(f"/patients/{patient['id']}").json() == patient


def test_two_files_with_the_same_patients_at_the_same_moment_make_each_once_with_all_visits(
    api: Api, ingest: Ingest
) -> None:
    mrns = [uuid.uuid4().hex for _ in range(300)]

    def file(name: str) -> bytes:
        lines = [f"{mrn},{name},Field,1990-02-14,{mrn}-{name},2024-11-01,x\n" for mrn in mrns]
        return (HEADER + "".join(lines)).encode()

    with ThreadPoolExecutor(2) as threads:
        jobs = list(threads.map(ingest, [file("Ada"), file("Eve")], [".csv", ".csv"]))
    assert [(job["status"], job["visits_created"], job["rejected"]) for job in jobs] == [("completed", 300, 0)] * 2
    assert sum(job["patients_created"] for job in jobs) == 300
    found = [api.get(f"/patients?mrn={mrn}").json() for mrn in mrns[::30]]
    assert [(page["total"], page["patients"][0]["visits_count"]) for page in found] == [(1, 2)] * 10
    # The file whose content was first seen later has named them all.
    assert len({page["patients"][0]["person"]["first_name"] for page in found}) == 1


def test_a_bad_row_is_listed_and_the_others_go_in(api: Api, ingest: Ingest) -> None:
    mrn = uuid.uuid4().hex
    rows = [f"{mrn},Ada,Field,1990-02-14,{mrn}-1,2024-11-01,x\n", f"{mrn},Ada,Field,1990-02-30,{mrn}-2,2024-11-01,x\n"]
    job = ingest((HEADER + "".join(rows)).encode(), ".csv")
    assert (job["visits_created"], job["rejected"]) == (1, 1)
    listed = api.get(f"/ingest/{job['task_id']}/rejects")
    assert listed.headers["content-type"].startswith("text/csv")
    assert listed.body.decode().splitlines()[1].endswith("x,3,birth_date: 1990-02-30 is a date that does not exist")


def test_a_list_of_rejects_too_long_for_an_answer_is_fetched_from_the_bucket(api: Api, ingest: Ingest) -> None:
    lines = [f"{number},Ada,Field,1990-02-30,V-{number},2024-11-01,{'x' * 400}\n" for number in range(10_000)]
    job = ingest((HEADER + "".join(lines)).encode(), ".csv")
    assert job["rejected"] == len(lines)
    answer = httpx.get(f"{api.url}/ingest/{job['task_id']}/rejects", headers=api.headers, timeout=60)
    assert answer.status_code == 303
    listed = httpx.get(answer.headers["location"]).raise_for_status().text.splitlines()
    assert len(listed) == 1 + len(lines)
    assert listed[-1].endswith("x,10001,birth_date: 1990-02-30 is a date that does not exist")


def test_a_file_that_cannot_be_read_fails_with_the_reason(ingest: Ingest) -> None:
    job = ingest(b"mrn,first_name\n1,Ada\n", ".csv")
    assert job["status"] == "failed"
    assert "visit_date" in job["error"]


@pytest.mark.skipif(not SYNTHEA.exists(), reason="the Synthea data is not at hand")
def test_synthea_patients_and_encounters_come_together(api: Api, ingest: Ingest) -> None:
    encounters = (SYNTHEA / "encounters.csv").read_bytes()
    first = ingest(encounters, ".csv")
    assert (first["rows_read"], first["rejected"], first["patients_created"]) == (2590, 0, 0)
    assert first["visits_created"] + first["duplicates"] == 2590
    persons = ingest(gzip.compress((SYNTHEA / "patients.csv").read_bytes()), ".csv.gz")
    assert persons["patients_created"] + persons["patients_unchanged"] == persons["rows_read"] == 59
    again = ingest(encounters, ".csv")
    assert (again["duplicates"], again["visits_created"]) == (2590, 0)
    mrn = encounters.splitlines()[1].split(b",")[3].decode()
    patient = api.get(f"/patients?mrn={mrn}").json()["patients"][0]
    assert patient["visits_count"] == encounters.count(f",{mrn},".encode())
