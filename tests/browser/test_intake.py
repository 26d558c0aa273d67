"""The room of intake: send files, follow their jobs, choose columns, and correct rejects."""

import re
import time
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from playwright.sync_api import Page, Route

from tests.browser.watched_page import Console
from tests.integration.conftest import Api

Login = Callable[..., Console]
HEADER = "mrn,first_name,last_name,birth_date,visit_account_number,visit_date,reason"
JOB_SECONDS = 90_000
"""Milliseconds that a small job may take on a busy machine."""


@pytest.fixture
def number() -> str:
    """Digits that no other test has."""
    return str(time.time_ns())


@pytest.fixture
def intake(console: Login, stack: dict[str, Any]) -> Login:
    """Open the console in a browser that may send files to the bucket, beside calls of the API."""

    def log_in(*credentials: dict[str, str], **options: Any) -> Console:
        opened = console(*credentials, **options)
        opened.watched.expect(f"/{stack['intake_bucket']}")
        return opened

    return log_in


def choose(page: Page, name: str, text: str, media_type: str = "text/csv") -> None:
    chooser = page.get_by_label("Drop CSV files here, or choose them")
    chooser.set_input_files({"name": name, "mimeType": media_type, "buffer": text.encode()})


def sent(page: Page, name: str, text: str) -> None:
    """Send a file whose columns are known, and wait until its job is done."""
    choose(page, name, text)
    page.get_by_role("button", name="Send 1 file").click()
    page.get_by_text(" read").first.wait_for(timeout=JOB_SECONDS)


def test_rejects_are_corrected_in_place_and_sent_again(intake: Login, api: Api, number: str) -> None:
    rows = [
        f'{number},=Ada,"O""Neil, jr.",1990-02-14,{number}-1,31/12/2018,"two\nlines"',
        f'{number},=Ada,"O""Neil, jr.",1990-02-14,{number}-2,2024-11-01,',
    ]
    opened = intake()
    page = opened.page
    opened.go("intake/send")
    sent(page, "march.csv", "\n".join([HEADER, *rows]))
    page.get_by_role("link", name="Correct 1 reject").click()
    page.get_by_text("31/12/2018 is not a date").wait_for()
    wrong = page.get_by_label("visit_date, line 2")
    assert wrong.get_attribute("aria-invalid") == "true"
    assert page.get_by_label("first_name, line 2").input_value() == "=Ada"
    wrong.fill("12/31/2018")
    # What was typed is still there after a look elsewhere.
    opened.page.get_by_role("link", name="Home").click()
    page.get_by_role("heading", level=1, name="Home").wait_for()
    page.go_back()
    assert page.get_by_label("visit_date, line 2").input_value() == "12/31/2018"
    page.get_by_role("button", name="Send 1 row").click()
    page.get_by_role("heading", level=2, name="march-corrected.csv").wait_for()
    page.get_by_text("1 row read, visits created: 1.").wait_for(timeout=JOB_SECONDS)
    [patient] = api.get(f"/patients?mrn={number}").json()["patients"]
    person = patient["person"]
    assert (person["first_name"], person["last_name"]) == ("=Ada", 'O"Neil, jr.')
    visits = {visit["visit_account_number"]: visit for visit in patient["visits"]}
    assert visits[f"{number}-1"]["visit_date"] == "2018-12-31"
    assert visits[f"{number}-1"]["reason"] == "two\nlines"


def test_a_file_with_other_columns_is_sent_with_those_its_user_chooses(intake: Login, api: Api, number: str) -> None:
    header = "Fall;Patient No;Vorname;Nachname;geboren;Aufnahme;Grund;Diagnose"
    opened = intake()
    page = opened.page
    opened.go("intake/send")
    choose(page, "clinic.csv", f"{header}\nF-{number};{number};Ada;Field;14.02.1990;1.11.2024 08:30;;Check-up\n")
    page.get_by_text("Its columns have other names than ours.").wait_for()
    assert page.get_by_role("table", name="The first rows of the file").get_by_text("Check-up").is_visible()
    opened.watched.expect(400)
    page.get_by_label("MRN", exact=True).select_option("Patient No")
    page.get_by_role("button", name="Send 1 file").click()
    page.get_by_role("alert").wait_for()
    assert "is missing" in page.locator(".field", has=page.get_by_label("Visit date", exact=True)).inner_text()
    columns = {
        "First name": "Vorname",
        "Last name": "Nachname",
        "Birth date": "geboren",
        "Visit account number": "Fall",
        "Visit date": "Aufnahme",
        "Reason": "Grund",
        "Reason, where that is empty": "Diagnose",
    }
    for label, column in columns.items():
        page.get_by_label(label, exact=True).select_option(column)
    page.get_by_label("Date format").fill("DD.MM.YYYY")
    page.get_by_role("button", name="Try again").click()
    page.get_by_text("patients created: 1, visits created: 1").wait_for(timeout=JOB_SECONDS)
    [patient] = api.get(f"/patients?mrn={number}").json()["patients"]
    [visit] = patient["visits"]
    assert (visit["visit_date"], visit["reason"]) == ("2024-11-01", "Check-up")


def test_an_upload_that_fails_keeps_the_file_and_what_was_chosen(intake: Login, number: str) -> None:
    opened = intake()
    page = opened.page
    opened.watched.expect("net::ERR_CONNECTION_RESET", "S3")
    failures = iter([True])

    def break_off(route: Route) -> None:
        is_upload = "multipart/form-data" in route.request.headers.get("content-type", "")
        if is_upload and next(failures, False):
            route.abort("connectionreset")
        else:
            route.fallback()

    page.route("**/*", break_off)
    opened.go("intake/send")
    choose(page, "visits.csv", f"{HEADER}\n{number},Ada,Field,14.02.1990,{number},1.11.2024,\n")
    page.get_by_text("First rows and columns").click()
    page.get_by_label("Date format").fill("DD.MM.YYYY")
    page.get_by_role("button", name="Send 1 file").click()
    page.get_by_role("alert").filter(has_text="The upload broke off").wait_for()
    page.get_by_role("button", name="Try again").click()
    page.get_by_text("1 row read, patients created: 1, visits created: 1").wait_for(timeout=JOB_SECONDS)


def test_corrections_outlive_a_failed_try(intake: Login, number: str) -> None:
    opened = intake()
    page = opened.page
    opened.watched.expect(503)
    opened.go("intake/send")
    sent(page, "visits.csv", f"{HEADER}\n{number},Ada,Field,1990-02-14,{number},yesterday,\n")
    page.get_by_role("link", name="Correct 1 reject").click()
    page.get_by_label("visit_date, line 2").fill("2024-11-01")
    page.route("**/ingest/uploads", lambda route: route.fulfill(status=503, json={"status": 503, "title": "Down"}))
    page.get_by_role("button", name="Send 1 row").click()
    page.get_by_role("link", name="Go back to them").click(timeout=JOB_SECONDS)
    assert page.get_by_label("visit_date, line 2").input_value() == "2024-11-01"
    page.unroute("**/ingest/uploads")
    page.get_by_role("button", name="Send 1 row").click()
    page.get_by_text("1 row read, patients created: 1, visits created: 1").wait_for(timeout=JOB_SECONDS)


def test_jobs_are_found_by_status_and_key_and_a_failed_one_says_why(intake: Login, number: str) -> None:
    opened = intake()
    page = opened.page
    opened.go("intake/send")
    choose(page, f"{number}.csv", "no;such;columns\n1;2;3\n")
    page.get_by_label("Choose which column holds which field").uncheck()
    page.get_by_role("button", name="Send 1 file").click()
    page.get_by_role("link", name="Open the job").click(timeout=JOB_SECONDS)
    page.get_by_role("alert").filter(has_text="The file has no header that names its columns").wait_for(
        timeout=JOB_SECONDS
    )
    key = page.get_by_text(f"/{number}.csv").inner_text()
    opened.go("intake")
    page.get_by_label("Status").select_option("failed")
    page.get_by_label("Key of the file, in full").fill(key)
    page.get_by_text("1 in all").wait_for()
    assert "status=failed" in page.url
    page.reload()
    page.get_by_role("link", name=f"{number}.csv").click()
    page.get_by_role("heading", level=1, name=f"{number}.csv").wait_for()


def finished(api: Api, text: str) -> str:
    """Send a file as programs do, and wait for the end of its job."""
    offer = api.post("/ingest/uploads", {"filename": "rows.csv"}).json()
    assert httpx.post(offer["url"], data=offer["fields"], files={"file": text.encode()}).is_success
    for _ in range(JOB_SECONDS // 500):
        jobs = api.get(f"/ingest?key={offer['key']}").json()["items"]
        if jobs and jobs[0]["status"] == "completed":
            job: str = jobs[0]["task_id"]
            return job
        time.sleep(0.5)
    pytest.fail(f"The job of {offer['key']} does not end.")


@pytest.fixture
def job_of_rejects(api: Api, number: str) -> str:
    """A finished job with a duplicate in line 3 and a reject in line 4."""
    good = f"{number},Ada,Field,1990-02-14,{number},2024-11-01,Check-up"
    bad = f'{number},Ada,Field,14.02.1990,{number}-2,31/12/2018,"=1+1"'
    return finished(api, "\n".join([HEADER, good, good, bad]))


def test_a_running_job_shows_its_rows_its_speed_and_the_time_left(intake: Login, api: Api, job_of_rejects: str) -> None:
    job = api.get(f"/ingest/{job_of_rejects}").json()
    rows = iter([10_000, 20_000, 30_000, 100_000])

    def answer(route: Route) -> None:
        read = next(rows)
        running = {"status": "running", "finished_at": None} if read < 100_000 else {}
        route.fulfill(json=job | {"rows_read": read, "percent": read / 1000} | running)

    opened = intake()
    page = opened.page
    page.route(f"**/ingest/{job_of_rejects}", answer)
    opened.go(f"intake/{job_of_rejects}")
    page.get_by_text(re.compile(r"^20 % · 20,000 rows · [\d,]+ rows/s · [\d.]+ s left$")).wait_for()
    bar = page.get_by_role("progressbar", name="How much of the file is loaded")
    assert bar.get_attribute("value") == "20"
    bar.wait_for(state="hidden")
    page.get_by_role("row", name="Rows read 100,000").wait_for()


@pytest.mark.parametrize(("width", "dark"), [(400, False), (400, True), (1440, False), (1440, True)])
def test_a_job_and_its_rows_can_be_used_by_everyone(
    intake: Login, job_of_rejects: str, width: int, dark: bool, number: str
) -> None:
    opened = intake(width=width, dark=dark)
    for place in ("", "/rejects", "/duplicates"):
        opened.go(f"intake/{job_of_rejects}{place}")
        opened.page.get_by_role("table").first.wait_for()
        assert opened.watched.serious_faults_of_access() == [], place
        assert not opened.watched.overflows(), place
    opened.go("intake/send")
    choose(opened.page, f"{number}.csv", "Fall;Patient No;Vorname\n1;2;3\n")
    opened.page.get_by_text("Its columns have other names than ours.").wait_for()
    assert opened.watched.serious_faults_of_access() == []
    assert not opened.watched.overflows()


def test_the_duplicates_of_a_file_are_listed_and_saved(intake: Login, job_of_rejects: str) -> None:
    opened = intake()
    opened.go(f"intake/{job_of_rejects}")
    opened.page.get_by_role("link", name="1 duplicate").click()
    row = opened.page.get_by_role("table", name="Duplicates").get_by_role("row").nth(1)
    assert row.inner_text().startswith("3")
    with opened.page.expect_download() as download:
        opened.page.get_by_role("button", name="Save as CSV").click()
    assert download.value.path().read_text(encoding="utf-8").startswith("line,duplicate_of\n3,")


def test_a_list_of_rejects_that_is_too_long_for_an_answer_comes_from_the_bucket(
    intake: Login, api: Api, number: str
) -> None:
    # Each row is rejected for its date, and long: together more than the 4 MB of an answer.
    rows = [f"{number},Ada,Field,1990-02-14,{number}-{row},never,{'x' * 900}" for row in range(4200)]
    job = finished(api, "\n".join([HEADER, *rows]))
    opened = intake()
    opened.go(f"intake/{job}/rejects?page=2")
    opened.page.get_by_text("51 to 100 of 4,200").wait_for()


def test_support_reads_jobs_but_sends_nothing(intake: Login, api: Api, job_of_rejects: str) -> None:
    credentials = {"email": f"support-{time.time_ns()}@payerworks.example", "password": "long enough for anyone 7"}
    made = api.post("/users/create", credentials | {"user_type": "staff", "roles": ["support"]})
    assert made.status == 201, made.body
    opened = intake(credentials)
    opened.go("intake")
    assert opened.page.get_by_role("link", name="Send files").count() == 0
    opened.go(f"intake/{job_of_rejects}/rejects")
    opened.page.get_by_label("visit_date, line 4").wait_for()
    assert not opened.page.get_by_label("visit_date, line 4").is_editable()
    assert opened.page.get_by_role("button", name="Send").count() == 0
