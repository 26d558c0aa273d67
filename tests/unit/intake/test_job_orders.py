"""Messages of a job in orders that queues allow: twice, late, after a crash, side by side; files that are gone."""

import gzip
import json
from collections.abc import Callable
from typing import Any

import pytest

from intake import on_chunk_queued, on_file_uploaded
from intake.jobs import job_order, job_repository, working_files
from payerworks.aws import client
from payerworks.settings import settings
from tests.unit.conftest import TEMPLATE
from tests.unit.intake.conftest import Intake, Invocation, Job, before, die, sqs_event

HEADER = "mrn,first_name,last_name,birth_date,visit_account_number,visit_date,reason\n"
ROW = "{},{},Field,1990-02-14,{},2024-11-01,x\n"
CLAIMS = "service_date,submitted_procedure,plan_group_number,subscriber_number,provider_npi,provider_fees,allowed_fees,"
CLAIMS += "member_coinsurance,member_copay\n"
CLAIM = "2025-03-01,D0120,G-1,S1,1497775530,65.00,60.00,0.00,0.00\n"
CONTESTED = HEADER + ROW.format("1", "Ada", "V-1") + ROW.format("1", "Eve", "V-2") + ROW.format("2", "Bo", "V-3")
GONE = "Working files of this job are gone; upload the file again."


def keys(*prefixes: str) -> list[str]:
    listed = client("s3").list_objects_v2(Bucket=settings().intake_bucket).get("Contents", ())
    return [entry["Key"] for entry in listed if entry["Key"].startswith(prefixes)]


def kept_files() -> list[str]:
    return keys("unpacked/", "splits/", "contested/")


def delete(*prefixes: str) -> None:
    """Delete objects, all their versions too."""
    listed = client("s3").list_object_versions(Bucket=settings().intake_bucket)["Versions"]
    for entry in listed:
        if entry["Key"].startswith(prefixes):
            client("s3").delete_object(Bucket=settings().intake_bucket, Key=entry["Key"], VersionId=entry["VersionId"])


def long_claims(rows: int) -> str:
    """Equal rows, so long that a contested chunk has sixteen of them, and a plain chunk four."""
    return CLAIMS.replace("\n", ",note\n") + CLAIM.replace("\n", f",{'x' * 2_000}\n") * rows


def unfinished() -> list[str]:
    name = settings().tables["intake"]
    items = client("dynamodb").scan(TableName=name)["Items"]
    return [item["task_id"]["S"] for item in items if "#UNFINISHED#" in item["pk"]["S"]]


# ---- working files -------------------------------------------------------------------------------------------------


def test_a_chunk_whose_contested_keys_are_gone_fails_its_job_and_loses_no_row_in_silence(intake: Intake) -> None:
    plain, contested = intake.split(intake.put(CONTESTED))
    intake.load(plain)
    delete("contested/")
    intake.load(contested)
    job = intake.job()
    assert (job["status"], job["error"], job["rows_read"]) == ("failed", GONE, 1)
    assert unfinished() == kept_files() == []
    again = intake.ingest(CONTESTED, "patients/again.csv")
    assert (again["status"], again["visits_created"], again["duplicates"]) == ("completed", 2, 1)
    assert intake.patients(mrn="1")["patients"][0]["person"]["first_name"] == "Eve"


def test_nothing_of_a_job_is_loaded_after_it_failed(intake: Intake) -> None:
    chunks = intake.split(intake.put(CONTESTED))
    job_order.fail(job_repository.read_job("acme", chunks[0]["task_id"]), "a reason")
    for chunk in chunks:
        intake.load(chunk)
    assert (intake.job()["status"], intake.job()["rows_read"], intake.stored()) == ("failed", 0, {})


@pytest.mark.parametrize("prefix", ["splits/", "contested/"])
def test_a_claim_whose_number_is_gone_fails_its_job(intake: Intake, small_chunks: None, prefix: str) -> None:
    chunks = intake.split(intake.put(long_claims(40), "claims/claims.csv"))
    for chunk in chunks:
        intake.load(chunk)
    delete(prefix)
    intake.load_queued()
    job = intake.job("claims/claims.csv")
    assert (job["status"], job["error"]) == ("failed", GONE)


@pytest.mark.parametrize("prefix", ["unpacked/", "patients/"])
def test_a_chunk_whose_file_is_gone_fails_its_job(intake: Intake, prefix: str) -> None:
    content = CONTESTED.encode()
    message = intake.put(gzip.compress(content) if prefix == "unpacked/" else content)
    chunks = intake.split(message)
    delete(prefix)
    intake.load(chunks[0])
    assert (intake.job()["status"], intake.job()["error"]) == ("failed", GONE)
    intake.load(chunks[1])
    assert (intake.job()["status"], intake.job()["rows_read"], unfinished()) == ("failed", 0, [])


def test_a_file_that_is_deleted_while_it_is_split_fails_its_job(intake: Intake) -> None:
    message = intake.put(CONTESTED)
    with before("s3", "GetObject", lambda: delete("patients/"), 2):
        assert intake.split(message) == []
    assert (intake.job()["status"], intake.job()["error"]) == ("failed", GONE)


@pytest.mark.parametrize("ending", ["completed", "failed"])
def test_the_end_of_a_job_deletes_its_working_files_and_each_later_message_does_too(
    intake: Intake, ending: str
) -> None:
    message = intake.put(gzip.compress(CONTESTED.encode()))
    other = intake.split(intake.put(CONTESTED.replace("V-", "W-"), "patients/other.csv"))
    others = kept_files()
    chunks = intake.split(message)
    job = job_repository.read_job("acme", intake.job()["task_id"])
    assert {key.partition("/")[0] for key in set(kept_files()) - set(others)} == {"unpacked", "splits", "contested"}
    if ending == "failed":
        delete(f"contested/acme/{job.task_id}")
    for chunk in chunks:
        intake.load(chunk)
    assert intake.job()["status"] == ending
    assert kept_files() == others
    working_files.write_checkpoint(job, b"stored by a worker that was slow")
    intake.load(chunks[0])
    assert kept_files() == others
    working_files.write_checkpoint(job, b"stored by a worker that was slow")
    assert intake.split(message) == []
    assert (intake.job()["status"], kept_files()) == (ending, others)
    for chunk in other:
        intake.load(chunk)
    assert (intake.job("patients/other.csv")["status"], kept_files()) == ("completed", [])


def test_a_delivery_that_finds_no_working_files_after_the_end_of_its_job_changes_nothing(intake: Intake) -> None:
    plain, contested = intake.split(intake.put(CONTESTED))
    intake.load(plain)
    with before("s3", "GetObject", lambda: intake.load(contested)):
        intake.load(contested)
    job = intake.job()
    assert (job["status"], job["rows_read"], job["error"]) == ("completed", 3, None)


def test_a_file_that_cannot_be_read_leaves_no_working_files(intake: Intake) -> None:
    assert intake.split(intake.put(gzip.compress(b"mrn,first_name\n1,Ada\n"))) == []
    assert (intake.job()["status"], kept_files(), unfinished()) == ("failed", [], [])


def test_no_age_deletes_a_working_file_and_only_workers_may() -> None:
    resources = TEMPLATE.template["Resources"]
    rules = resources["IntakeBucket"]["Properties"]["LifecycleConfiguration"]["Rules"]
    for rule in rules:
        ages = rule.keys() & {"ExpirationInDays", "ExpirationDate", "Transitions", "Transition"}
        meets = any(f"{folder}/".startswith(rule.get("Prefix", "")) for folder in working_files.WORKING)
        assert not (ages and meets), rule
    deleting = {}
    for name, resource in resources.items():
        for policy in resource.get("Properties", {}).get("Policies", ()):
            for statement in policy.get("Statement", ()) if "Statement" in policy else ():
                if "s3:DeleteObject" in json.dumps(statement):
                    deleting[name] = statement["Resource"]
    only_working_files = [{"Sub": f"${{IntakeBucket.Arn}}/{folder}/*"} for folder in working_files.WORKING]
    assert deleting == {"OnFileUploaded": only_working_files, "OnChunkQueued": only_working_files}


# ---- chunks in turn ------------------------------------------------------------------------------------------------


def deliver(message: dict[str, Any], tries: int = 1) -> bool:
    """Deliver a chunk's message. Returns whether it is done, or comes again."""
    return not on_chunk_queued.handler(sqs_event("on_chunk_queued", message, tries), None)["batchItemFailures"]


@pytest.fixture
def chain(intake: Intake, small_chunks: None) -> dict[str, Any]:
    """The first of several chunks in turn, whose plain chunks are loaded."""
    chunks = intake.split(intake.put(long_claims(60), "claims/claims.csv"))
    first = [chunk for chunk in chunks if chunk["chunk"]["in_turn"]]
    for chunk in chunks:
        if chunk not in first:
            intake.load(chunk)
    assert len(first) == 1
    return first[0]


def in_the_midst(message: dict[str, Any], action: Callable[[], object]) -> bool:
    """Deliver a chunk's message; just before the chunk is counted, do something. Returns whether it is done."""
    key = job_repository.read_job("acme", message["task_id"])

    def act(params: dict[str, Any], **_: object) -> None:
        if "CHUNK#" in str(params.get("body", "")):
            events.unregister("before-call.dynamodb.TransactWriteItems", act)
            action()

    assert key.status == "running"
    events = client("dynamodb").meta.events
    events.register("before-call.dynamodb.TransactWriteItems", act)
    return deliver(message)


def test_a_chain_goes_on_when_the_delivery_that_counted_a_chunk_dies(intake: Intake, chain: dict[str, Any]) -> None:
    def other_delivery_dies() -> None:
        # It has announced its rows, concluded them, and counted the chunk; now it sends the next one.
        with before("sqs", "SendMessageBatch", die, number=3):
            assert not deliver(chain)

    assert not in_the_midst(chain, other_delivery_dies)
    assert intake.queued() == []
    assert deliver(chain, 2)
    intake.load_queued()
    job = intake.job("claims/claims.csv")
    assert (job["status"], job["claims_created"]) == ("completed", 60)


def test_two_deliveries_of_a_chunk_do_not_make_two_chains(intake: Intake, chain: dict[str, Any]) -> None:
    sent = 0
    while chain:
        assert not in_the_midst(chain, lambda: deliver(chain))  # noqa: B023
        queued = intake.queued()
        assert deliver(chain, 2)
        queued += intake.queued()
        assert len(queued) <= 1
        sent += len(queued)
        chain = queued[0] if queued else {}
        if sent and not chain:
            break
    job = intake.job("claims/claims.csv")
    assert (job["status"], job["claims_created"], sent > 1) == ("completed", 60, True)


def test_a_chunk_that_was_sent_twice_does_not_send_the_rest_twice(intake: Intake, chain: dict[str, Any]) -> None:
    with before("dynamodb", "UpdateItem", die):  # it has sent the next, and dies before it can note that
        assert not deliver(chain)
    assert deliver(chain, 2)
    twins = intake.queued()
    assert len(twins) == 2
    assert not in_the_midst(twins[0], lambda: deliver(twins[1]))
    assert deliver(twins[0], 2)
    assert len(intake.queued()) == 1


# ---- a notification that comes twice -------------------------------------------------------------------------------


def mapping(mrn: str) -> Callable[[], object]:
    """Puts a mapping by which another column is the MRN."""
    columns = dict(zip(HEADER.strip().split(","), HEADER.strip().split(","), strict=True)) | {"mrn": mrn}
    text = json.dumps({"columns": columns})
    return lambda: client("s3").put_object(
        Bucket=settings().intake_bucket, Key="patients/mapping.json", Body=text, Metadata={"tenant": "acme"}
    )


@pytest.mark.parametrize("place", ["PutObject", "UpdateItem"])
@pytest.mark.parametrize("mrns", [("mrn", "other"), ("other", "mrn")])
def test_a_second_notification_with_another_mapping_does_not_change_the_split(
    intake: Intake, mrns: tuple[str, str], place: str
) -> None:
    rows = [f"{number},{row}" for number, row in enumerate(CONTESTED.splitlines()[1:])]
    message = intake.put("\n".join([f"other,{HEADER.strip()}", *rows, ""]))
    mapping(mrns[0])()
    chunks: list[dict[str, Any]] = []

    def other_delivery() -> None:
        mapping(mrns[1])()
        chunks.extend(intake.split(message))

    service = {"PutObject": "s3", "UpdateItem": "dynamodb"}[place]
    number = {"PutObject": 1, "UpdateItem": 2}[place]  # the first update is the encoding's
    with before(service, place, other_delivery, number):
        chunks += intake.split(message)
    assert chunks
    for chunk in reversed(chunks):  # first those of the delivery whose split does not count
        intake.load(chunk)
    intake.load_queued()
    job: Job = intake.job()
    assert (job["status"], job["rows_read"], job["visits_created"]) == ("completed", 3, 3)
    # The mapping of the split that was stored first.
    assert intake.patients()["total"] == (3 if mrns[1] == "other" else 2)


def test_a_copy_that_two_workers_put_is_read_whichever_remains(intake: Intake) -> None:
    message = intake.put(gzip.compress(CONTESTED.encode()))
    chunks: list[dict[str, Any]] = []
    with before("s3", "CreateMultipartUpload", lambda: chunks.extend(intake.split(message))):
        chunks += intake.split(message)
    listed = client("s3").list_object_versions(Bucket=settings().intake_bucket, Prefix="unpacked/")["Versions"]
    [old] = [entry for entry in listed if not entry["IsLatest"]]  # which is deleted before long
    client("s3").delete_object(Bucket=settings().intake_bucket, Key=old["Key"], VersionId=old["VersionId"])
    for chunk in chunks:
        intake.load(chunk)
    assert (intake.job()["status"], intake.job()["rows_read"]) == ("completed", 3)


def test_an_invocation_that_is_continued_needs_nothing_but_the_job(intake: Intake) -> None:
    event = sqs_event("on_file_uploaded", intake.put(CONTESTED))
    assert on_file_uploaded.handler(event, Invocation(lambda: 100)) == {"batchItemFailures": []}
    [message] = intake.queued("intake_uploads")
    assert message.keys() == {"tenant", "task_id", "requestId"}
