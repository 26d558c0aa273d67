"""Rows per second of a file of new patients and visits, from its upload to the end of its job.

A file contains 100,000 visits of 25,000 patients. The baseline is bare batch writes: the same items written directly to
the table, 25 per call, by as many threads as the service has workers.
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
from intake.files.patient_rows import fields_of, record_of
from intake.registry.registry_items import patient_item, visit_item
from intake.registry.registry_rules import Origin, Record, judge_persons, judge_visits
from localstack.deployed import aws_client
from payerworks.csv_rows import rows as csv_rows

PATIENTS = 25_000
VISITS = 4
"""Per patient."""
LEAST, LEAST_RATIO = 2500, 0.5
MOST_MEGABYTES = 256
BATCH = 25
THREADS = 8
COLUMNS = ["mrn", "first_name", "last_name", "birth_date", "visit_account_number", "visit_date", "reason"]
FIRST_DAY = datetime.date(2020, 1, 1)
TIMEOUT_SECONDS = 900


def rows(outputs: dict[str, Any]) -> Iterator[Row]:
    """Rows per second of a new file, its ratio to bare batch writes, the same file again, and the workers' memory."""
    run = f"{time.time():.0f}"
    with httpx.Client(base_url=outputs["api_url"], timeout=60) as api:
        api.headers["Authorization"] = f"Bearer {access_token(outputs)}"
        _ingest(outputs, api, "warm", _file(run, 1_000))  # start the functions
        loaded, bare, again = [], [], []
        for number in range(ROUNDS):
            text = _file(f"{run}{number}", PATIENTS)
            loaded.append(_ingest(outputs, api, f"new-{number}", text))
            bare.append(_write(outputs, f"bare-{number}", text))
            again.append(_ingest(outputs, api, f"again-{number}", text))
    yield Row(f"file of {PATIENTS * VISITS:,} new visits, rows per second", loaded, least=LEAST)
    yield Row("file of new visits / bare batch writes", _ratios(loaded, bare), least=LEAST_RATIO)
    yield Row("the same file again, rows per second", again)
    yield Row("memory of each worker, MB", _megabytes(outputs), limit=MOST_MEGABYTES)


def _ratios(ours: Sequence[float], base: Sequence[float]) -> list[float]:
    return [figure / baseline for figure, baseline in zip(ours, base, strict=True)]


def _megabytes(outputs: dict[str, Any]) -> list[float]:
    """Memory of each worker process that splits or loads files, in MB."""
    processes = subprocess.run(["ps", "-axo", "rss=,command="], capture_output=True, text=True, check=True).stdout
    # The command line of a worker contains the function's name, as part of the worker's folder.
    names = "|".join(outputs["functions"][name] for name in ("OnFileUploaded", "OnChunkQueued"))
    return [int(line[1]) / 1000 for line in re.finditer(rf"^ *(\d+) .*(?:{names})", processes, re.MULTILINE)]


def _file(name: str, patients: int) -> str:
    """A CSV file of all visits, ordered by date, so that the visits of one patient are far apart."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for visit in range(VISITS):
        day = FIRST_DAY + datetime.timedelta(days=visit)
        for number in range(patients):
            mrn = f"{name}-{number:05}"
            writer.writerow([mrn, f"Given{number}", f"Family{number}", "1980-02-03", f"{mrn}-{visit}", day, "Check-up"])
    return text.getvalue()


def _ingest(outputs: dict[str, Any], api: httpx.Client, name: str, text: str) -> float:
    """Rows per second from the start of the upload to the end of the job, which is polled five times per second."""
    key, count = f"patients/bench/{time.time():.0f}-{name}.csv", text.count("\n") - 1
    began = time.monotonic()
    aws_client(outputs, "s3").put_object(Bucket=outputs["intake_bucket"], Key=key, Body=text.encode())
    while time.monotonic() - began < TIMEOUT_SECONDS:
        jobs = api.get("/ingest", params={"key": key}).raise_for_status().json()["items"]
        if jobs and jobs[0]["status"] == "completed":
            if jobs[0]["rejected"] or jobs[0]["rows_read"] < count:
                raise SystemExit(f"not all rows were loaded: {jobs[0]}")
            return count / (time.monotonic() - began)
        time.sleep(0.2)
    raise SystemExit(f"the job of {key} did not end within {TIMEOUT_SECONDS} s")


def _write(outputs: dict[str, Any], tenant: str, text: str) -> float:
    """Rows per second when the file's items are written directly to the table."""
    items = _items(tenant, text)
    table, dynamodb = outputs["tables"]["intake"], aws_client(outputs, "dynamodb")

    def put(start: int) -> None:
        requests = {table: [{"PutRequest": {"Item": item}} for item in items[start : start + BATCH]]}
        while requests:
            requests = dynamodb.batch_write_item(RequestItems=requests)["UnprocessedItems"]

    with ThreadPoolExecutor(THREADS) as threads:
        began = time.monotonic()
        list(threads.map(put, range(0, len(items), BATCH)))
        return PATIENTS * VISITS / (time.monotonic() - began)


def _items(tenant: str, text: str) -> list[dict[str, Any]]:
    header, _, body = text.partition("\n")
    layout = layout_of(header.strip().split(","))
    records: list[Record] = [record_of(fields_of(row, layout), row.line) for row in csv_rows([body.encode()], ",")]
    origin = Origin("bench", "bench")
    visits, patients = judge_visits(records, {}, origin)[1], judge_persons(records, {}, origin, {})[1]
    return [visit_item(tenant, visit) for visit in visits.values()] + [
        patient_item(tenant, patient) for patient in patients.values()
    ]
