"""Following the jobs of uploaded files, where a service starts none or stops moving."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from payerworks_cli.api import Api
from payerworks_cli.errors import TookTooLong
from payerworks_cli.intake.job_progress import Upload
from payerworks_cli.run.intake_bucket import IntakeBucket
from payerworks_cli.run.load_files import load_files
from payerworks_cli.run.sample import write_sample
from payerworks_cli.stack_outputs import Stack
from payerworks_cli.terminal import Terminal
from payerworks_cli.timeouts import Timeouts
from tests.unit.cli.fake_service import FakeService, Reply, serving

SHORT = Timeouts(look=0.01, job_appears=0.3, job_of_known_bytes_appears=0.1, job_stands_still=0.3)
Load = Callable[[FakeService], list[Upload]]


class KnowsBytes(FakeService):
    """Starts no job for bytes that a key holds already."""

    def s3(self, method: str, key: str, body: bytes) -> Reply:
        return super().s3("HEAD" if self.objects.get(key) == body else method, key, body)


class StartsNoJob(FakeService):
    """Takes a file and forgets to read it."""

    def s3(self, method: str, key: str, body: bytes) -> Reply:
        reply = super().s3(method, key, body)
        self.jobs.clear()
        return reply


class StandsStill(FakeService):
    """Begins a job and never ends it."""

    def run_job(self, task_id: str) -> dict[str, Any]:
        return next(job for job in self.jobs if job["task_id"] == task_id) | {"status": "running", "percent": 50}


@pytest.fixture
def load(tmp_path: Path) -> Load:
    write_sample(tmp_path, claims=1, patients=5)

    def load_into(service: FakeService) -> list[Upload]:
        stack = Stack.model_validate(service.outputs())
        with Api(stack) as api:
            api.log_in()
            files = [tmp_path / "patients.csv"]
            return load_files(api, IntakeBucket(stack), "patients", files, Terminal(quiet=True), SHORT)

    return load_into


def test_bytes_that_the_service_knows_are_answered_by_their_first_job(load: Load) -> None:
    with serving(KnowsBytes()) as service:
        first, again = load(service), load(service)
    assert first[0].job is not None
    assert first[0].job.patients_created == 5
    assert again[0].job == first[0].job


def test_a_file_without_a_job_is_said_after_a_while(load: Load) -> None:
    with serving(StartsNoJob()) as service, pytest.raises(TookTooLong, match="no job for it appeared"):
        load(service)


def test_a_job_that_stands_still_is_said_after_a_while(load: Load) -> None:
    with serving(StandsStill()) as service, pytest.raises(TookTooLong, match="stands still at 50 %"):
        load(service)
