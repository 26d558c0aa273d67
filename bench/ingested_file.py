"""How many rows a second a file of new patients and visits takes from its upload to the end of its job.

A file has 100,000 visits of 25,000 patients. Against bare batch writes: the same items put straight into the table, 25
in each call, by as many threads as there are workers.
"""

import csv
import datetime
import io
import re
import subprocess
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx

from bench.figures import ROUNDS, Row
from bench.tokens import access_token
from intake.files.columns import layout_of
from intake.files.csv_rows import rows as csv_rows
from intake.files.patient_rows import fields_of, record_of
from intake.registry.registry_items import patient_item, visit_item
from intake.registry.registry_rules import Origin, Record, judge_persons, judge_visits
from localstack.deployed import aws_client

PATIENTS = 25_000
VISITS = 4
"""Of each patient."""
LEAST, LEAST_RATIO = 2500, 0.5
MOST_MEGABYTES = 256
BATCH = 25
THREADS = 8
COLUMNS = ["mrn", "first_name", "last_name", "birth_date", "visit_account_number", "visit_date", "reason"]
FIRST_DAY = datetime.date(2020, 1, 1)
PATIENCE_SECONDS = 900


def rows(outputs: dict[str, Any]) -> Iterator[Row]:
    """Rows a second, of the job and of the same file again, and the first against bare batch writes."""
    begun = f"{time.time():.0f}"
    with httpx.Client(base_url=outputs["api_url"], timeout=60) as api:
        api.headers["Authorization"] = f"Bearer {access_token(outputs)}"
        _ingest(outputs, api, "warm", _file(begun, 1_000))  # the first calls start the functions
        loaded, bare, again = [], [], []
        for number in range(ROUNDS):
            text = _file(f"{begun}{number}", PATIENTS)
            loaded.append(_ingest(outputs, api, f"new-{number}", text))
            bare.append(_write(outputs, f"bare-{number}", text))
            again.append(_ingest(outputs, api, f"again-{number}", text))
    yield Row(f"file of {PATIENTS * VISITS:,} new visits, rows a second", loaded, least=LEAST)
    yield Row("file of new visits / bare batch writes", _ratios(loaded, bare), least=LEAST_RATIO)
    yield Row("the same file again, rows a second", again)
    yield Row("memory of each worker, MB", _megabytes(outputs), limit=MOST_MEGABYTES)


def _ratios(ours: Sequence[float], base: Sequence[float]) -> list[float]:
    return [one / other for one, other in zip(ours, base, strict=True)]


def _megabytes(outputs: dict[str, Any]) -> list[float]:
    """What each of the emulator's processes takes that splits or loads."""
    processes = subprocess.run(["ps", "-axo", "rss=,command="], capture_output=True, text=True, check=True).stdout
    # The directory that such a process runs in has the function's name.
    names = "|".join(outputs["functions"][name] for name in ("OnFileUploaded", "OnChunkQueued"))
    return [int(found[1]) / 1000 for found in re.finditer(rf"^ *(\d+) .*(?:{names})", processes, re.MULTILINE)]


def _file(name: str, patients: int) -> str:
    """The visits of all patients in the order of their days, so that those of one patient are apart."""
    text = io.StringIO()
    lines = csv.writer(text)
    lines.writerow(COLUMNS)
    for visit in range(VISITS):
        day = FIRST_DAY + datetime.timedelta(days=visit)
        for number in range(patients):
            mrn = f"{name}-{number:05}"
            lines.writerow([mrn, f"Given{number}", f"Family{number}", "1980-02-03", f"{mrn}-{visit}", day, "Check-up"])
    return text.getvalue()


def _ingest(outputs: dict[str, Any], api: httpx.Client, name: str, text: str) -> float:
    """Rows a second from before the upload to the end of the job, as one sees it who asks five times a second."""
    key, count = f"patients/bench/{time.time():.0f}-{name}.csv", text.count("\n") - 1
    began = time.monotonic()
    aws_client(outputs, "s3").put_object(Bucket=outputs["intake_bucket"], Key=key, Body=text.encode())
    while time.monotonic() - began < PATIENCE_SECONDS:
        jobs = api.get("/ingest", params={"key": key}).raise_for_status().json()["items"]
        if jobs and jobs[0]["status"] == "completed":
            if jobs[0]["rejected"] or jobs[0]["rows_read"] < count:
                raise SystemExit(f"not all rows were loaded: {jobs[0]}")
            return count / (time.monotonic() - began)
        time.sleep(0.2)
    raise SystemExit(f"the job of {key} did not end within {PATIENCE_SECONDS} s")


def _write(outputs: dict[str, Any], tenant: str, text: str) -> float:
    """Rows a second of their items put bare."""
    items = _items(tenant, text)
    table, dynamodb = outputs["tables"]["intake"], aws_client(outputs, "dynamodb")

    def put(start: int) -> None:
        wanted = {table: [{"PutRequest": {"Item": item}} for item in items[start : start + BATCH]]}
        while wanted:
            wanted = dynamodb.batch_write_item(RequestItems=wanted)["UnprocessedItems"]

    with ThreadPoolExecutor(THREADS) as threads:
        began = time.monotonic()
        list(threads.map(put, range(0, len(items), BATCH)))
        return PATIENTS * VISITS / (time.monotonic() - began)


def _items(tenant: str, text: str) -> list[dict[str, Any]]:
    header, _, body = text.partition("\n")
    layout = layout_of(header.strip().split(","))
    records: list[Record] = [record_of(fields_of(row, layout), row.line) for row in csv_rows([body.encode()], ",")]
    origin = Origin("bench", "bench")
    visits, patients = judge_visits(records, {}, origin)[1], judge_persons(records, {}, origin)[1]
    return [visit_item(tenant, visit) for visit in visits.values()] + [
        patient_item(tenant, patient) for patient in patients.values()
    ]
