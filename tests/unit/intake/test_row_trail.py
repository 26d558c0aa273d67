"""Whose data the rows of a file write is in the ledger, once, also when workers are killed at any step."""

import contextlib
import csv
import io
import itertools
import json
import random
from collections import Counter
from collections.abc import Mapping
from contextlib import nullcontext
from typing import Any

import pytest

from audit import list_audit_entries
from intake import create_ingest_upload, ingest_records, on_chunk_queued
from intake.jobs.row_trail import ANNOUNCED_SECONDS
from intake.jobs.uploader import S3_CLIENT
from intake.registry.registry_items import patient_id_of
from payerworks.audit import MOST_SUBJECTS
from payerworks.aws import client
from payerworks.settings import settings
from tests.unit.audit.audit import entries, killed_before, settle, settle_in_disorder, waiting
from tests.unit.claims.totals import CLAIM
from tests.unit.conftest import TEMPLATE, Call
from tests.unit.intake.conftest import Intake, before, die, sqs_event
from tests.unit.interleaving import Killed, kill

HEADER = "mrn,first_name,last_name,birth_date,visit_account_number,visit_date,reason\n"
RECORD = {"mrn": "0017", "first_name": "Ada", "last_name": "Field", "birth_date": "1990-02-14"} | {
    "visit_account_number": "V-1",
    "visit_date": "2024-11-01",
    "reason": "Check-up",
}
HEADERS = {"X-Request-Id": "r-1", "User-Agent": "Firefox"}


def row(mrn: str, visit: str, first: str = "Ada") -> str:
    return f"{mrn},{first},Field,1990-02-14,{visit},2024-11-01,Check-up\n"


def subject(mrn: str) -> str:
    return f"registry-patient:{patient_id_of('acme', mrn)}"


def of_rows() -> list[dict[str, Any]]:
    """The entries of rows."""
    return [entry for entry in entries() if entry["operation"] == "on_chunk_queued"]


def of_rows_waiting() -> list[dict[str, Any]]:
    """Take the messages of rows out of the queue, with all others."""
    return [message for message in waiting() if message["operation"] == "on_chunk_queued"]


def named(found: list[dict[str, Any]]) -> Counter[str]:
    """How many calls name each subject; one that amends its entry is the same call."""
    by_call = {entry["call"]: entry["subjects"] for entry in found}
    return Counter(itertools.chain(*by_call.values()))


def claims_file(*numbers: int) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, list(CLAIM))
    writer.writeheader()
    writer.writerows(CLAIM | {"subscriber_number": f"s-{number}"} for number in numbers)
    return text.getvalue()


def written(table: str) -> dict[str, str]:
    """Whose data is stored, by subject: with each patient go the visits."""
    found: dict[str, list[str]] = {}
    pages = client("dynamodb").get_paginator("scan").paginate(TableName=settings().tables[table])
    for item in (item for page in pages for item in page["Items"]):
        kind, own_id = item["sk"]["S"], item["pk"]["S"].rpartition("#")[2]
        if kind == "PATIENT":
            found.setdefault(f"registry-patient:{own_id}", []).append(repr(item))
        elif kind == "VISIT":
            found.setdefault(f"registry-patient:{item['list']['S'].rpartition('#')[2]}", []).append(repr(item))
        elif kind == "CLAIM":
            number = json.loads(item["document"]["S"])["subscriber_number"]
            found.setdefault(f"subscriber:{number}", []).append(repr(item))
    return {each: repr(sorted(items)) for each, items in found.items()}


def changed(after: Mapping[str, str], earlier: Mapping[str, str]) -> set[str]:
    return {each for each in after if after[each] != earlier.get(each)}


@pytest.mark.parametrize("rows", [300, pytest.param(10_000, marks=pytest.mark.long)])
def test_the_entries_of_a_file_name_each_patient_once(rows: int, intake: Intake, call: Call) -> None:
    mrns = [f"{number:05}" for number in range(rows)]
    intake.ingest(HEADER + "".join(row(mrn, f"V-{mrn}") for mrn in mrns))
    assert intake.job()["patients_created"] == len(mrns)
    settle()
    found = of_rows()
    assert named(found) == Counter(map(subject, mrns))
    assert {entry["outcome"] for entry in found} == {200}
    assert all(entry["subject_count"] == len(entry["subjects"]) <= MOST_SUBJECTS for entry in found)
    assert len(found) <= len(mrns) // MOST_SUBJECTS + 10  # a batch ends with an entry that is not full
    for mrn in (mrns[0], mrns[rows // 2], mrns[-1]):
        query = {"patient": patient_id_of("acme", mrn)}
        answer = call(list_audit_entries.handler, "audit/list_audit_entries", query=query)
        [entry] = answer["json"]["items"]
        assert (entry["operation"], entry["access"]) == ("on_chunk_queued", "write")
        assert entry["path"]["task_id"] == intake.job()["task_id"]


def test_rows_that_change_nothing_are_in_no_entry(intake: Intake) -> None:
    rows = [row(f"{number:03}", f"V-{number}") for number in range(300)]
    intake.ingest(HEADER + "".join(rows))
    waiting()
    intake.ingest(HEADER + "".join(rows), "patients/again.csv")
    assert of_rows_waiting() == []
    rows[7] = row("007", "V-new")
    intake.ingest(HEADER + "".join(rows), "patients/changed.csv")
    announced, concluded = of_rows_waiting()
    assert (announced["outcome"], concluded["outcome"]) == (None, 200)
    assert announced["subjects"] == concluded["subjects"] == [subject("007")]


def test_rejected_rows_are_in_no_entry(intake: Intake) -> None:
    intake.ingest(HEADER + row("1", "V-1"))
    waiting()
    intake.ingest(HEADER + row("2", "V-1") + "3,,,,,,\n", "patients/rejected.csv")
    assert intake.job("patients/rejected.csv")["rejected"] == 2
    assert of_rows_waiting() == []


PATIENTS = HEADER + row("known", "V-1") + row("moved", "V-2", "Bea") + row("new", "V-3") + row("same", "V-4")
STORED = HEADER + row("known", "V-0") + row("moved", "V-0b") + row("same", "V-4")
CONTESTED = HEADER + row("known", "V-7") + row("twice", "V-8") + row("twice", "V-9", "Bea") + row("twice", "V-8")
FILES = {
    "patients": (
        "patients/visits.csv",
        PATIENTS,
        [subject(each) for each in ("known", "moved", "new")],
        "intake",
        STORED,
    ),
    "contested rows": ("patients/visits.csv", CONTESTED, [subject("known"), subject("twice")], "intake", STORED),
    "claims": (
        "claims/claims.csv",
        claims_file(1, 2, 3),
        ["subscriber:s-2", "subscriber:s-3"],
        "claims",
        claims_file(1),
    ),
}
"""Key and content of a file, whose data it changes, in which table, and what is stored before."""


@pytest.mark.parametrize("name", FILES)
def test_a_worker_that_is_killed_anywhere_leaves_one_entry_of_all_whose_data_it_wrote(
    name: str, intake: Intake
) -> None:
    key, content, subjects, table, stored = FILES[name]
    wrote = 0
    for number in itertools.count():
        empty("claims", "intake")
        intake.ingest(stored, f"{key}.before.csv")
        settle()
        earlier, known = written(table), len(of_rows())
        chunks = intake.split(intake.put(content, key))
        killed = 0
        for tries, fate in enumerate((killed_before(number), nullcontext()), start=1):
            try:
                with fate:
                    for chunk in chunks:
                        intake.load(chunk, tries)
            except Killed:
                killed += 1
                wrote += written(table) != earlier
            if number % 2:  # in every other run, what was announced is delivered before the next try
                settle()
            assert changed(written(table), earlier) <= {*named(of_rows()[known:]), *named(waiting(stay=True))}
        settle()
        made = of_rows()[known:]
        assert changed(written(table), earlier) == set(subjects)
        assert named(made) == Counter(subjects)
        assert {entry["call"]: entry["outcome"] for entry in made} == dict.fromkeys(
            {entry["call"] for entry in made}, 200
        )
        assert intake.job(key)["status"] == "completed"
        if not killed:
            break
    assert wrote > 1


def empty(*tables: str) -> None:
    for table in tables:
        name = settings().tables[table]
        for item in client("dynamodb").scan(TableName=name)["Items"]:
            client("dynamodb").delete_item(TableName=name, Key={"pk": item["pk"], "sk": item["sk"]})


def test_what_is_announced_twice_and_delivered_in_any_order_is_one_entry(intake: Intake) -> None:
    for seed in range(10):
        known = len(of_rows())
        [chunk] = intake.split(intake.put(PATIENTS, f"patients/{seed}.csv"))
        with before("dynamodb", "TransactWriteItems", die, number=2), contextlib.suppress(AssertionError):
            intake.load(chunk)
        intake.load(chunk, 2)
        settle_in_disorder(random.Random(seed))
        assert named(of_rows()[known:]) == Counter(map(subject, ("known", "moved", "new", "same")) if not seed else [])


def test_a_patient_that_another_file_wrote_between_two_tries_is_not_lost(intake: Intake) -> None:
    intake.ingest(HEADER + row("known", "V-0"))
    [chunk] = intake.split(intake.put(HEADER + row("known", "V-1") + row("new", "V-2"), "patients/first.csv"))
    waiting()
    with before("dynamodb", "BatchExecuteStatement", kill), pytest.raises(Killed):
        intake.load(chunk)
    tried = waiting(stay=True)
    assert named(tried) == Counter(map(subject, ("known", "new")))
    intake.ingest(HEADER + row("known", "V-1"), "patients/second.csv")
    intake.load(chunk, 2)
    settle()
    made = of_rows()
    assert {(each["path"]["task_id"], name) for each in made for name in each["subjects"]} == {
        (intake.job("patients/first.csv")["task_id"], subject("known")),
        (intake.job("patients/first.csv")["task_id"], subject("new")),
        (intake.job("patients/second.csv")["task_id"], subject("known")),
    }


def test_a_chunk_whose_entry_the_queue_does_not_take_writes_nothing_or_is_not_done(intake: Intake) -> None:
    [chunk] = intake.split(intake.put(PATIENTS))
    event = sqs_event("on_chunk_queued", chunk)
    failed = {"batchItemFailures": [{"itemIdentifier": event["Records"][0]["messageId"]}]}
    with before("sqs", "SendMessageBatch", die):
        assert on_chunk_queued.handler(event, None) == failed
    assert written("intake") == {}
    with before("sqs", "SendMessageBatch", die, number=2):
        assert on_chunk_queued.handler(event, None) == failed
    assert set(written("intake")) == set(map(subject, ("known", "moved", "new", "same")))
    assert intake.job()["status"] == "running"
    intake.load(chunk, 3)
    settle()
    assert named(of_rows()) == Counter([*written("intake")])
    assert intake.job()["status"] == "completed"


def test_an_announcement_is_delivered_when_no_worker_runs_any_more(intake: Intake) -> None:
    delays: list[Any] = []
    events = client("sqs").meta.events
    note = lambda params, **_: delays.extend(entry.get("DelaySeconds") for entry in params["Entries"])  # noqa: E731
    events.register("provide-client-params.sqs.SendMessageBatch", note)
    [chunk] = intake.split(intake.put(PATIENTS))
    delays.clear()
    intake.load(chunk)
    events.unregister("provide-client-params.sqs.SendMessageBatch", note)
    assert delays == [ANNOUNCED_SECONDS, None]
    timeout = TEMPLATE.template["Resources"]["OnChunkQueued"]["Properties"]["Timeout"]
    assert 2 * timeout <= ANNOUNCED_SECONDS <= 900  # what SQS delays at most


def by(entry: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(entry[name] for name in ("user", "user_type", "roles", "request_id", "address", "device"))


def test_the_rows_of_an_offered_file_are_written_by_the_caller_who_was_offered_it(intake: Intake, call: Call) -> None:
    body = {"filename": "visits.csv"}
    name = "intake/create_ingest_upload"
    offer = call(create_ingest_upload.handler, name, body=body, headers=HEADERS)["json"]
    fields = offer["fields"]
    intake.split_and_load(intake.put(PATIENTS, offer["key"], uploader=fields["x-amz-meta-uploader"]))
    settle()
    offered, loaded = entries()
    assert by(loaded) == by(offered)
    assert (loaded["user"], loaded["request_id"], loaded["device"]) == ("u-1", "r-1", "Firefox")
    assert loaded["person"] == offered["person"]
    assert loaded["path"] == {"task_id": intake.job(offer["key"])["task_id"], "chunk": "0"}
    assert (loaded["access"], loaded["outcome"], loaded["reason"]) == ("write", 200, "")


def test_the_rows_of_posted_records_are_written_by_the_caller_who_posted_them(intake: Intake, call: Call) -> None:
    accepted = call(ingest_records.handler, "intake/ingest_records", body=[RECORD], headers=HEADERS)["json"]
    notification = intake.notification(accepted["csv_filename"])
    intake.split_and_load(notification)
    settle()
    posted, loaded = entries()
    assert by(loaded) == by(posted)
    assert loaded["subjects"] == posted["subjects"] == [subject("0017")]
    assert loaded["path"]["task_id"] == accepted["task_id"]


@pytest.mark.parametrize("copied", [False, True])
def test_the_rows_of_another_file_are_written_by_the_s3_client_that_put_it(
    copied: bool, intake: Intake, call: Call
) -> None:
    body = {"filename": "visits.csv"}
    offer = call(create_ingest_upload.handler, "intake/create_ingest_upload", body=body)["json"]
    # The token of an offer is worth nothing under another key.
    metadata = {"uploader": offer["fields"]["x-amz-meta-uploader"]} if copied else {}
    notification = intake.put(PATIENTS, **metadata)
    notification["Records"][0] |= {
        "userIdentity": {"principalId": "AWS:AIDAEXAMPLE"},
        "requestParameters": {"sourceIPAddress": "198.51.100.4"},
        "responseElements": {"x-amz-request-id": "C3D13FE58DE4C810"},
    }
    intake.split_and_load(notification)
    settle()
    [loaded] = of_rows()
    assert by(loaded) == ("AWS:AIDAEXAMPLE", S3_CLIENT, [], "C3D13FE58DE4C810", "198.51.100.4", "")
    assert set(loaded["subjects"]) == set(map(subject, ("known", "moved", "new", "same")))


def test_a_job_that_began_before_jobs_kept_their_uploader_still_has_entries(intake: Intake) -> None:
    [chunk] = intake.split(intake.put(PATIENTS))
    [job] = [item for item in intake.items() if item["sk"]["S"] == "JOB"]
    del job["uploader"]
    client("dynamodb").put_item(TableName=settings().tables["intake"], Item=job)
    intake.load(chunk)
    settle()
    [loaded] = of_rows()
    assert by(loaded) == ("", S3_CLIENT, [], "", "", "")
