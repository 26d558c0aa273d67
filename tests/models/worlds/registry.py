"""The registry: files of patients and visits are uploaded while others load, in chunks that run in any order and again.

Promises:
    the registry is the same as if the files had been loaded one after the other, in the order of their jobs' stamps,
        each with the same jobs at work when it began
    a job ends: completed with all its rows counted once, or failed with a reason
    a chunk that runs to its end twice gives the same counts
    the jobs' counts of new visits and patients add up to those stored
"""

import functools
import json
from dataclasses import asdict
from typing import Any, ClassVar, NamedTuple
from unittest import mock

from intake import on_chunk_queued
from intake.jobs import job_order, job_repository, splitting
from intake.jobs.jobs import File, FileJob, task_id_of
from intake.registry import repository
from payerworks.errors import NotFound
from tests.models.aws_model import TEMPLATE, Stack
from tests.models.process import Patches
from tests.models.s3_model import DAY, S3
from tests.models.scheduler import CALM, Broken, Scheduler, calm
from tests.models.world import World as BaseWorld

FUNCTIONS = ("OnFileUploaded", "OnChunkQueued")
MODULES = ("intake.on_file_uploaded", "intake.on_chunk_queued")
HEADER = "mrn,first_name,last_name,birth_date,visit_account_number,visit_date,reason"
MAPPING = "patients/mapping.json"
BY_ACCOUNT = {"mrn": "visit_account_number"}
"""A mapping by which each visit is a patient of its own, so that other rows contradict each other."""


class Upload(NamedTuple):
    """A file: its key, its text, and its number of rows."""

    key: str
    text: str
    rows: int


class World(BaseWorld):
    """A run's clients and files; chunks have a few rows."""

    environment: ClassVar = {"CHUNK_BYTES": "150", "CONFLICT_FILTER_BYTES": "512"}

    def __init__(self, scheduler: Scheduler, stack: Stack) -> None:
        super().__init__(scheduler, stack)
        bucket = TEMPLATE["Resources"]["IntakeBucket"]["Properties"]
        rules = bucket["LifecycleConfiguration"]["Rules"]
        ages = {rule["Prefix"]: float(rule["ExpirationInDays"]) for rule in rules if "ExpirationInDays" in rule}
        self.s3 = stack.s3 = S3(scheduler, ages, self._notify)
        self.are_apart = False
        self.uploads: list[Upload] = []
        self.versions: dict[str, str] = {}
        self.counts: dict[tuple[str, int], Any] = {}
        self.jobs: list[FileJob] = []
        self.found: dict[str, Any] = {}

    def prepare(self, patches: Patches) -> None:
        """Watch what loading a chunk returns."""
        load_chunk = on_chunk_queued.load_chunk
        patches.set(splitting, "CHUNKS_IN_TURN", self.draw.choice((1, 1, 4)))

        def load(job: FileJob, split: Any, chunk: Any) -> Any:
            counts = load_chunk(job, split, chunk)
            first = self.counts.setdefault((job.task_id, chunk.number), counts)
            if counts != first:
                raise Broken(f"chunk {chunk.number} of {job.file.key} counted {first}, and when it ran again {counts}")
            return counts

        patches.set(on_chunk_queued, "load_chunk", load)

    def _notify(self, key: str, version: str) -> None:
        if not key.startswith("patients/"):
            return
        self.versions.setdefault(key, version)
        at = f"2027-01-15T08:00:{self.scheduler.now % 60:06.3f}Z"
        record = {"eventTime": at, "s3": {"object": {"key": key, "versionId": version}}}
        for _ in range(2 if self.scheduler.chance(2 * self.scheduler.weather.double) else 1):
            is_late = self.scheduler.weather is not CALM
            pause = self.draw.choice((0.1, 0.1, 5.0, 60.0)) * self.draw.random() if is_late else 0.0
            body, queue = json.dumps({"Records": [record]}), self.stack.sqs.queues["IntakeUploads"]
            self.scheduler.after(pause, functools.partial(self.stack.sqs.put, queue, body))

    def start(self) -> None:
        """Start the clients."""
        # Files with the same visits agree about their patients: of visits that do not, the first to come stays.
        self.are_apart = self.draw.random() < 0.5
        self.uploads = self._draw_uploads()
        for number, upload in enumerate(self.uploads):
            after = self.draw.choice((0.0, 1.0, 30.0)) * self.draw.random()
            self.scheduler.spawn(f"client {number}", lambda upload=upload: self._put(upload), after=after)
        if self.are_apart and self.draw.random() < 0.6:
            after = self.draw.choice((0.5, 1.0, 30.0)) * self.draw.random()
            self.scheduler.spawn("client with a mapping", self._map, after=after)
        if self.draw.random() < 0.2:
            self.scheduler.spawn("operator", self._outage, after=10 * self.draw.random())

    def _draw_uploads(self) -> list[Upload]:
        if not self.are_apart:
            return [self._file(number, range(4)) for number in (1, 2)]
        return [self._file(number, range(10 * number, 10 * number + 4)) for number in (1, 2, 3)]

    def _file(self, number: int, visits: range) -> Upload:
        lines = [self._row(self.draw.choice(visits)) for _ in range(self.draw.choice((1, 2, 5, 14)))]
        return Upload(f"patients/{number}.csv", "\n".join([HEADER, *lines, ""]), len(lines))

    def _row(self, visit: int) -> str:
        mrn = f"M{visit % 2}" if not self.are_apart or self.draw.random() < 0.9 else "M9"
        name = self.draw.choice(("Ann", "Bea", "Cay"))
        return f"{mrn},{name},Doe,1980-01-02,V{visit},2026-01-02,"

    def _put(self, upload: Upload) -> None:
        self.s3.put(upload.key, upload.text.encode(), Metadata={"tenant": "acme"})

    def _map(self) -> None:
        columns = {name: name for name in HEADER.split(",")} | BY_ACCOUNT
        body = json.dumps({"columns": columns}).encode()
        self.s3.put(MAPPING, body, Metadata={"tenant": "acme"})

    def _outage(self) -> None:
        """The table takes no calls for long; after days somebody sends the dead letters back."""
        before = self.scheduler.weather
        self.scheduler.weather = calm(before, busy=0.97)
        self.scheduler.sleep(4 * 3600)
        self.scheduler.weather = before
        self.scheduler.sleep(self.draw.choice((1.0, 8.0, 13.0)) * DAY)
        self.stack.sqs.redrive()

    # ---- the end

    def check(self) -> None:
        """Check the end of the run, for the main thread."""
        self.stack.settle()
        self.jobs = self._jobs()
        self._check_jobs(self.jobs)
        self.found = self._registry()
        if all(job.status == "completed" for job in self.jobs):
            self._check_sums(self.jobs)

    def compare(self) -> None:
        """Compare the registry with that of a serial run, which is a run of its own."""
        if not all(job.status == "completed" for job in self.jobs):
            return
        wanted = self._serial(self.jobs)
        for key in sorted({**self.found, **wanted}):
            if self.found.get(key) != wanted.get(key):
                raise Broken(f"{key} is {self.found.get(key)}; one file after the other, it is {wanted.get(key)}")

    def _jobs(self) -> list[FileJob]:
        jobs: list[FileJob] = []

        def read() -> None:
            for upload in self.uploads:
                if upload.key in self.versions:
                    task_id = task_id_of("acme", File(upload.key, self.versions[upload.key]))
                    try:
                        jobs.append(job_repository.read_job("acme", task_id))
                    except NotFound:
                        raise Broken(f"the file {upload.key} was uploaded and has no job") from None

        self.scheduler.spawn("inspector", read)
        self.scheduler.run()
        return jobs

    def _check_jobs(self, jobs: list[FileJob]) -> None:
        rows = {upload.key: upload.rows for upload in self.uploads}
        for job in jobs:
            counts, key = job.counts, job.file.key
            if job.status not in ("completed", "failed") or (job.status == "failed" and not job.error):
                raise Broken(f"the job of {key} is {job.status}")
            if job.status == "completed":
                if counts.rows_read != rows[key]:
                    raise Broken(f"{key} has {rows[key]} rows, its job counted {counts.rows_read}")
                if counts.rows_read != counts.visits_created + counts.duplicates + counts.rejected:
                    raise Broken(f"the counts of {key} do not add up: {asdict(counts)}")

    def _check_sums(self, jobs: list[FileJob]) -> None:
        keys = [sk for (_, sk), _ in self.stack.dynamodb.tables["IntakeTable"].all()]
        for kind, counted in (
            ("VISIT", sum(job.counts.visits_created for job in jobs)),
            ("PATIENT", sum(job.counts.patients_created for job in jobs)),
        ):
            if keys.count(kind) != counted:
                raise Broken(f"{keys.count(kind)} items {kind} are stored, the jobs counted {counted}")

    def _registry(self) -> dict[str, Any]:
        """Persons and visits, as the project's own functions read them."""
        found: dict[str, Any] = {}

        def read() -> None:
            numbers = [f"M{number}" for number in range(10)] + [f"V{number}" for number in range(40)]
            for mrn, patient in repository.read_patients("acme", numbers).items():
                found[f"patient {mrn}"] = patient.person
            for number, stored in repository.read_visits("acme", numbers).items():
                found[f"visit {number}"] = (stored.mrn, stored.visit)

        self.scheduler.spawn("inspector", read)
        self.scheduler.run()
        return found

    def _serial(self, jobs: list[FileJob]) -> dict[str, Any]:
        """The registry if the files are loaded one after the other, in the order of their jobs' stamps.

        Which jobs are at work when one begins decides what a row with a known visit may change; it is not compared.
        """
        scheduler = Scheduler(1, CALM)
        stack = Stack(scheduler, FUNCTIONS)
        serial = World(scheduler, stack)
        texts = {upload.key: upload for upload in self.uploads}
        with stack.installed(self.environment):
            try:
                for job in sorted(jobs, key=lambda job: job.split.stamp if job.split else ""):
                    if job.split and job.split.mapping:
                        scheduler.spawn("client", serial._map)
                        scheduler.run()
                    scheduler.spawn("client", lambda job=job: serial._put(texts[job.file.key]))
                    with mock.patch.object(job_order, "_at_work", lambda *_, job=job: list(job.beside)):
                        scheduler.run()
                    if job.split and job.split.mapping:
                        serial.s3.objects.pop(MAPPING)
                return serial._registry()
            finally:
                scheduler.end()
