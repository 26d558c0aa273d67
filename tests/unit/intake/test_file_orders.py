"""Files that load at the same time, in any order, doubled and killed: the registry does not depend on it."""

import csv
import io
import itertools
import random
from typing import Any

import pytest

from intake.jobs import job_order, job_repository
from intake.jobs.jobs import COUNTS, File
from intake.registry import registry_rules, repository
from intake.registry.registry_items import patient_id_of
from payerworks.aws import client
from payerworks.settings import settings
from tests.unit.intake.conftest import Intake, Job, before, die
from tests.unit.intake.test_job_orders import deliver, in_the_midst, unfinished

HEADER = "mrn,first_name,last_name,birth_date,visit_account_number,visit_date,reason\n"
PERSONS = "Id,FIRST,LAST,BIRTHDATE\n"
Message = dict[str, Any]


def row(first: str, account: str = "V-1", mrn: str = "1") -> str:
    return f"{mrn},{first},Field,1990-02-14,{account},2024-11-01,x\n"


def person(first: str, mrn: str = "1") -> str:
    return f"{mrn},{first},Field,1990-02-14\n"


def name(intake: Intake, mrn: str = "1") -> str:
    """The first name of a patient, who must be stored."""
    return repository.read_patients("acme", [mrn])[mrn].person.first_name


def outcomes(job: Job) -> dict[str, int]:
    """The counts of a job that are not 0."""
    return {count: job[count] for count in COUNTS if job[count]}


def dies_before_persons(intake: Intake, chunk: Message) -> None:
    """Load a chunk with a worker that dies after the visits and before the persons."""
    with before("dynamodb", "BatchGetItem", die, 2):
        assert not deliver(chunk)


# ---- which file is later -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_the_file_whose_job_begins_later_is_later_whatever_was_uploaded_or_loads_first(
    intake: Intake, order: tuple[int, int]
) -> None:
    intake.ingest(PERSONS + person("Zed"), "patients/base.csv")
    uploaded = [intake.put(PERSONS + person(first), f"patients/{first}.csv") for first in ("Ada", "Bea")]
    uploaded[0]["Records"][0]["eventTime"] = "2026-11-21T12:00:00.000Z"
    uploaded[1]["Records"][0]["eventTime"] = "2026-11-21T12:00:01.000Z"
    chunks = [intake.split(message) for message in reversed(uploaded)]  # Bea's notification comes first
    for number in order:
        for chunk in chunks[number]:
            intake.load(chunk)
    assert name(intake) == "Ada"


def test_a_file_that_has_not_begun_is_later_than_one_that_has_ended(intake: Intake) -> None:
    early = intake.put(PERSONS + person("Ada"), "patients/early.csv")
    early["Records"][0]["eventTime"] = "2026-11-20T12:00:00.000Z"  # before the other's
    intake.ingest(PERSONS + person("Bea"), "patients/late.csv")
    for chunk in intake.split(early):
        intake.load(chunk)
    assert name(intake) == "Ada"


def test_an_unfinished_job_is_heeded_however_many_have_begun_since(intake: Intake) -> None:
    intake.ingest(PERSONS + person("Ada"), "patients/base.csv")
    messages = [intake.put(PERSONS + person("Adah"), "patients/early.csv")]
    messages.append(intake.put(PERSONS + person("Ada") + person("Bo", "2"), "patients/late.csv"))
    for number, message in enumerate(messages, start=1):
        message["Records"][0]["eventTime"] = f"2026-11-21T12:00:0{number}.000Z"
    early = intake.split(messages[0])
    for number in range(101):
        file = File(f"patients/{number}.csv", "1")
        job_order.fail(job_order.begin("acme", f"task-{number}", file), "a reason")
    late = intake.split(messages[1])
    for chunk in late + early:
        intake.load(chunk)
    assert name(intake) == "Ada"


@pytest.mark.parametrize("begun", [0, 1])
def test_jobs_have_stamps_in_the_order_of_their_commits(intake: Intake, begun: int) -> None:
    for number in range(begun):
        job_order.fail(job_order.begin("acme", f"task-{number}", File("patients/0.csv", "1")), "a reason")
    files = [File(f"patients/{number}.csv", "1") for number in range(3)]
    second = []
    with before("dynamodb", "TransactWriteItems", lambda: second.append(job_order.begin("acme", "b", files[1]))):
        third = job_order.begin("acme", "c", files[2])
    first = job_order.begin("other", "a", files[0])
    stamps = [f"J{number:012d}" for number in (begun + 1, begun + 2, 1)]
    assert [second[0].stamp, third.stamp, first.stamp] == stamps
    assert job_order.begin("acme", "b", files[1]) == job_repository.read_job("acme", "b") == second[0]
    assert [job.beside for job in (second[0], third, first)] == [(), (second[0].stamp,), ()]
    job_order.fail(second[0], "a reason")
    fourth = job_order.begin("acme", "d", files[0])
    assert (fourth.beside, job_repository.read_job("acme", "c").beside) == ((third.stamp,), (second[0].stamp,))
    assert f"{first.stamp}#content#1" > "2026-11-21T12:00:00.000Z#content#1"


def test_unfinished_jobs_are_read_as_they_are_now(intake: Intake) -> None:
    asked: list[bool] = []
    events = client("dynamodb").meta.events

    def note(params: dict[str, Any], **_: object) -> None:
        asked.append(params.get("ConsistentRead", False) and "IndexName" not in params)

    events.register("provide-client-params.dynamodb.Query", note)
    intake.split(intake.put(HEADER + row("Ada")))
    events.unregister("provide-client-params.dynamodb.Query", note)
    assert asked == [True]


def test_a_job_is_among_the_unfinished_until_it_ends(intake: Intake) -> None:
    [chunk] = intake.split(intake.put(HEADER + row("Ada")))
    assert unfinished() == [intake.job()["task_id"]]
    intake.load(chunk)
    assert unfinished() == []
    intake.split(intake.put("no table", "patients/bad.csv"))
    assert (intake.job("patients/bad.csv")["status"], unfinished()) == ("failed", [])


def test_a_file_that_failed_counts_as_not_seen(intake: Intake) -> None:
    [chunk] = intake.split(intake.put(PERSONS + person("Ada"), "patients/failed.csv"))
    job_order.fail(job_repository.read_job("acme", chunk["task_id"]), "a reason")
    intake.ingest(PERSONS + person("Bea"), "patients/other.csv")
    intake.ingest(PERSONS + person("Ada"), "patients/again.csv")
    assert name(intake) == "Ada"
    intake.ingest(PERSONS + person("Bea") + "\n", "patients/other again.csv")
    assert name(intake) == "Ada"


def test_a_file_that_failed_counts_as_seen_if_another_with_its_content_was_loaded(intake: Intake) -> None:
    [chunk] = intake.split(intake.put(PERSONS + person("Ada"), "patients/failed.csv"))
    intake.ingest(PERSONS + person("Ada"), "patients/same.csv")
    job_order.fail(job_repository.read_job("acme", chunk["task_id"]), "a reason")
    intake.ingest(PERSONS + person("Bea"), "patients/other.csv")
    intake.ingest(PERSONS + person("Ada"), "patients/again.csv")
    assert name(intake) == "Bea"


# ---- rows that were written by half --------------------------------------------------------------------------------


@pytest.mark.parametrize("extended", ["", row("Bo", "V-9", "9")])
def test_the_same_rows_complete_what_a_dead_worker_has_left_out(intake: Intake, extended: str) -> None:
    [dead] = intake.split(intake.put(HEADER + row("Ada"), "patients/dead.csv"))
    dies_before_persons(intake, dead)
    assert repository.read_patients("acme", ["1"]) == {}
    again = intake.ingest(HEADER + row("Ada") + extended, "patients/again.csv")
    assert (name(intake), again["duplicates"], again["visits_created"]) == ("Ada", 1, len(extended) > 0)
    assert again["patients_created"] == 1 + (len(extended) > 0)
    intake.load(dead)
    job = intake.job("patients/dead.csv")
    assert outcomes(job) == {"rows_read": 1, "visits_created": 1, "patients_unchanged": 1}
    assert intake.patients(mrn="1")["patients"][0]["visits_count"] == 1


def test_a_row_that_completes_another_one_is_no_newer_than_that(intake: Intake) -> None:
    [dead] = intake.split(intake.put(HEADER + row("Ada"), "patients/dead.csv"))
    dies_before_persons(intake, dead)
    intake.ingest(PERSONS + person("Bea"), "patients/other.csv")
    again = intake.ingest(HEADER + row("Ada"), "patients/again.csv")
    assert (outcomes(again), name(intake)) == ({"rows_read": 1, "duplicates": 1}, "Bea")


# ---- a visit with two spellings of its person ----------------------------------------------------------------------


@pytest.mark.parametrize("dead", [False, True])
@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_two_spellings_of_a_visits_person_end_alike_in_either_order(
    intake: Intake, order: tuple[int, int], dead: bool
) -> None:
    files = [HEADER + row(first) for first in ("Ada", "Bea")]
    chunks = [intake.split(intake.put(text, f"patients/{n}.csv"))[0] for n, text in enumerate(files)]
    if dead:
        for number in order:
            dies_before_persons(intake, chunks[number])
    for number in order:
        intake.load(chunks[number])
    assert name(intake) == "Bea"
    jobs = [intake.job(f"patients/{number}.csv") for number in (0, 1)]
    assert sorted((job["visits_created"], job["duplicates"]) for job in jobs) == [(0, 1), (1, 0)]
    assert sum(job["patients_created"] for job in jobs) == 1
    again = intake.ingest(files[0] + row("Bo", "V-9", "9"), "patients/extended.csv")
    assert (again["duplicates"], again["patients_updated"], name(intake)) == (1, 0, "Bea")


def test_another_spelling_of_a_known_visit_changes_nothing(intake: Intake) -> None:
    intake.ingest(HEADER + row("Ada") + row("Bea"))
    assert name(intake) == "Ada"
    other = intake.ingest(HEADER + row("Adah"), "patients/other.csv")
    assert (outcomes(other), name(intake)) == ({"rows_read": 1, "duplicates": 1}, "Ada")
    assert [entry["line"] for entry in intake.duplicates(other)] == ["2"]


def test_a_file_that_begins_when_one_has_ended_changes_nothing_of_its_visits_though_another_is_at_work(
    intake: Intake,
) -> None:
    [at_work] = intake.split(intake.put(HEADER + row("Cy", "V-9", "9"), "patients/at work.csv"))
    intake.ingest(HEADER + row("Ada"))
    intake.ingest(HEADER + row("Bea"), "patients/other.csv")
    intake.load(at_work)
    assert name(intake) == "Ada"


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_of_files_at_the_same_time_the_latest_sets_the_person_whichever_loads_first(
    intake: Intake, order: tuple[int, ...]
) -> None:
    files = [row("Ada") + row("Eve"), row("Bea", "V-2"), row("Ada") + row("Dee")]  # a visit counts once in a file
    chunks = [intake.split(intake.put(HEADER + text, f"patients/{n}.csv")) for n, text in enumerate(files)]
    for number in order:
        for chunk in chunks[number]:
            intake.load(chunk)
        intake.load_queued()
    assert name(intake) == "Ada"
    again = intake.ingest(HEADER + files[1] + row("Bo", "V-9", "9"), "patients/extended.csv")
    assert (again["duplicates"], name(intake)) == (1, "Ada")


def test_a_job_knows_the_earliest_of_many_jobs_at_work_and_counts_all_others(
    intake: Intake, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (job_order, registry_rules):
        monkeypatch.setattr(module, "MAX_BESIDE", 2)
    files = [row("Bo", f"V-{number}", str(number)) for number in range(2, 5)] + [row("Ada"), row("Bea")]
    chunks = [intake.split(intake.put(HEADER + text, f"patients/{n}.csv"))[0] for n, text in enumerate(files)]
    assert len(job_repository.read_job("acme", chunks[-1]["task_id"]).beside) == 2
    for chunk in reversed(chunks):
        intake.load(chunk)
    assert name(intake) == "Bea"
    intake.ingest(HEADER + row("Ada", "V-7", "7"), "patients/early.csv")
    for number in (8, 9):
        intake.split(intake.put(HEADER + row("Bo", f"V-{number}", str(number)), f"patients/late{number}.csv"))
    intake.ingest(HEADER + row("Bea", "V-7", "7"), "patients/last.csv")
    assert name(intake, "7") == "Ada"


def test_a_row_that_two_deliveries_add_at_once_is_added_once(intake: Intake) -> None:
    chunks = [intake.split(intake.put(HEADER + row(first), f"patients/{first}.csv"))[0] for first in ("Ada", "Adah")]
    intake.load(chunks[0])
    with before("dynamodb", "UpdateItem", lambda: intake.load(chunks[1])):
        intake.load(chunks[1])
    given = repository.read_visits("acme", ["V-1"])["V-1"].given
    assert given is not None
    assert {job: row.stamp.partition("#")[0] for job, row in given.items()} == {
        "J000000000001": "J000000000001",
        "J000000000002": "J000000000002",
    }
    assert name(intake) == "Adah"


def test_a_visit_keeps_the_rows_of_some_files_and_those_of_more_are_duplicates(
    intake: Intake, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(registry_rules, "MAX_GIVEN", 2)
    names = ("Ada", "Bea", "Cy")
    for chunk in [intake.split(intake.put(HEADER + row(first), f"patients/{first}.csv"))[0] for first in names]:
        intake.load(chunk)
    assert outcomes(intake.job("patients/Cy.csv")) == {"rows_read": 1, "duplicates": 1}
    assert name(intake) == "Bea"


def test_a_visit_of_an_older_stack_completes_its_patient_and_changes_none(intake: Intake) -> None:
    intake.ingest(HEADER + row("Ada") + row("Bo", "V-2", "2"))
    table = settings().tables["intake"]
    for item in intake.items():
        if item["sk"]["S"] == "VISIT":
            client("dynamodb").put_item(TableName=table, Item={k: v for k, v in item.items() if k != "given"})
        if item["pk"]["S"].endswith(patient_id_of("acme", "2")):
            client("dynamodb").delete_item(TableName=table, Key={"pk": item["pk"], "sk": item["sk"]})
        if item["pk"]["S"].endswith(patient_id_of("acme", "1")):
            old = {k: v for k, v in item.items() if k not in ("changes", "version")}
            stamp = {"S": "2026-11-21T12:00:00.001Z#content#000000000002"}
            item = old | {"changed": {"S": "job#1"}, "stamp": stamp}
            client("dynamodb").put_item(TableName=table, Item=item)
    again = intake.ingest(HEADER + row("Adah") + row("Bo", "V-2", "2"), "patients/again.csv")
    assert outcomes(again) == {"rows_read": 2, "duplicates": 2, "patients_created": 1}
    assert (name(intake), name(intake, "2")) == ("Ada", "Bo")
    intake.ingest(PERSONS + person("Eve"), "patients/new.csv")
    patient = repository.read_patients("acme", ["1"])["1"]
    assert (patient.person.first_name, len(patient.changes), patient.changes[0]) == ("Eve", 2, "job#1")


# ---- a chunk that runs again ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("others", [1, 2, 7])
def test_a_chunk_that_runs_again_counts_what_its_first_run_changed(intake: Intake, others: int) -> None:
    intake.ingest(PERSONS + person("Zed"), "patients/base.csv")
    [chunk] = intake.split(intake.put(PERSONS + person("Ada") + person("Bo", "2")))
    assert not in_the_midst(chunk, die)
    for number in range(others):
        intake.ingest(PERSONS + person(f"Other {number}"), f"patients/{number}.csv")
    intake.load(chunk)
    assert outcomes(intake.job()) == {"rows_read": 2, "patients_updated": 1, "patients_created": 1}
    assert name(intake) == f"Other {others - 1}"


def test_a_patient_names_its_last_changes_and_no_more(intake: Intake) -> None:
    for number in range(registry_rules.MAX_CHANGES + 3):
        intake.ingest(PERSONS + person(f"Name {number}"), f"patients/{number}.csv")
    changes = repository.read_patients("acme", ["1"])["1"].changes
    latest = intake.job(f"patients/{registry_rules.MAX_CHANGES + 2}.csv")["task_id"]
    assert (len(changes), changes[-1]) == (registry_rules.MAX_CHANGES, f"{latest}#2")


# ---- any files, in any order ---------------------------------------------------------------------------------------


def table(chance: random.Random, rows: int, names: list[str]) -> str:
    """Rows about few patients and visits, so long that two or three fill a chunk.

    The patient, date and reason of a visit follow from its account number, except in a bad row now and then.
    """
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow([*HEADER.strip().split(","), "note"])
    for _ in range(rows):
        account = chance.randrange(30)
        wrong = chance.random() < 0.1
        visit = [f"V-{account}", "2024-11-01", "wrong" if wrong and "Zed" in names else f"b\n{account}"]
        birth = "1990-02-30" if wrong else "1990-02-14"
        mrn = account % 6
        writer.writerow([mrn, chance.choice(names) if mrn < 4 else "N", "Field", birth, *visit, "x" * 3_400])
    return text.getvalue()


def shuffled(intake: Intake, chance: random.Random, chunks: list[Message]) -> None:
    """Deliver chunks, and those that follow, in any order: some twice, some killed and delivered again later."""
    pending = [(chunk, 1) for chunk in chunks]
    while pending:
        chunk, tries = pending.pop(chance.randrange(len(pending)))
        fate = chance.random() if tries < 6 else 1
        if fate < 0.35:
            intake.load_and_die(chunk, chance.randrange(16))
            pending.append((chunk, tries + 1))
        elif fate < 0.5:
            if not in_the_midst_or_done(chunk, tries):
                pending.append((chunk, tries + 1))
        else:
            if not deliver(chunk, tries):
                pending.append((chunk, tries + 1))
            if fate > 0.85 and tries < 6:
                pending.append((chunk, tries + 1))
        pending += [(following, 1) for following in intake.queued()]


def in_the_midst_or_done(chunk: Message, tries: int) -> bool:
    """Two deliveries side by side, if the chunk is not loaded."""
    job = job_repository.read_job("acme", chunk["task_id"])
    if job.has_ended or job_repository.is_loaded(job, chunk["chunk"]["number"]):
        return deliver(chunk, tries)
    return in_the_midst(chunk, lambda: deliver(chunk))


@pytest.mark.parametrize("seed", range(5))
def test_files_one_after_the_other_in_any_order_of_chunks_end_alike(
    intake: Intake, small_chunks: None, seed: int
) -> None:
    chance = random.Random(seed)
    files = [table(chance, 20, ["Zed", "Ada"]), table(chance, 20, ["Ada", "Eve"])]
    files.append(files[0] + table(chance, 5, ["Bo"]).partition("\n")[2])
    whole = [
        outcomes(intake.ingest(text.replace("x" * 3_400, ""), f"patients/{n}.csv")) for n, text in enumerate(files)
    ]
    expected = intake.stored()
    intake.empty()
    for number, text in enumerate(files):
        shuffled(intake, chance, intake.split(intake.put(text, f"patients/{number}.csv")))
        job = intake.job(f"patients/{number}.csv")
        assert (job["status"], outcomes(job)) == ("completed", whole[number])
    assert intake.stored() == expected


@pytest.mark.parametrize("seed", range(5))
def test_files_at_the_same_time_in_any_order_of_chunks_end_alike(intake: Intake, small_chunks: None, seed: int) -> None:
    chance = random.Random(seed)
    files = [table(chance, 12, ["Zed", "Ada", "Bo"]), *(table(chance, 14, names) for names in PAIRS)]
    whole = [text.replace("x" * 3_400, "") for text in files]
    intake.ingest(whole[0], "patients/0.csv")
    begun = [intake.split(intake.put(whole[number], f"patients/{number}.csv")) for number in (1, 2)]
    for chunk in itertools.chain(*begun):
        intake.load(chunk)
        intake.load_queued()
    jobs = [intake.job(f"patients/{number}.csv") for number in range(3)]
    expected, totals = intake.stored(), {count: sum(job[count] for job in jobs) for count in ALIKE}
    intake.empty()
    intake.ingest(files[0], "patients/0.csv", chance)
    chunks = [intake.split(intake.put(files[number], f"patients/{number}.csv")) for number in (1, 2)]
    shuffled(intake, chance, list(itertools.chain(*chunks)))
    jobs = [intake.job(f"patients/{number}.csv") for number in range(3)]
    assert {job["status"] for job in jobs} == {"completed"}
    assert intake.stored() == expected
    assert {count: sum(job[count] for job in jobs) for count in ALIKE} == totals
    for number, text in enumerate(files):  # extended by a reject, so that none is known by its content
        intake.ingest(f"{text}too short\n", f"patients/again-{number}.csv", chance)
    assert intake.stored() == expected


PAIRS = (["Ada", "Cy", "Dee"], ["Ada", "Cy", "Flo"])
ALIKE = ("rows_read", "patients_created", "visits_created", "duplicates", "rejected")
"""Counts whose sums over jobs at the same time do not depend on the order."""


@pytest.mark.parametrize(("most", "beside"), [(2, ["1", "3", "4", "6"]), (3, ["1", "3", "6"])])
def test_a_job_that_knows_as_many_as_it_can_counts_those_after_the_last_of_them(
    monkeypatch: pytest.MonkeyPatch, most: int, beside: list[str]
) -> None:
    monkeypatch.setattr(registry_rules, "MAX_BESIDE", most)
    origin = registry_rules.Origin("task", "stamp", job="5", beside=("1", "3"))
    assert [stamp for stamp in "012346" if origin.is_beside(stamp)] == beside
