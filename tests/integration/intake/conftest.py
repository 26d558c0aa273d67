"""Files put into the bucket, and their jobs."""

import time
import uuid
from collections.abc import Callable
from typing import Any

import botocore.config
import pytest

from localstack.deployed import aws_client
from tests.integration.conftest import Api

Job = dict[str, Any]
Ingest = Callable[[bytes, str], Job]


def finished(api: Api, path: str) -> Job:
    """The job, once it has ended."""
    deadline = time.monotonic() + 300
    job: Job = {}
    while time.monotonic() < deadline:
        answer = api.get(path).json()
        job = next(iter(answer["items"]), {}) if "items" in answer else answer
        if job.get("status") in ("completed", "failed"):
            return job
        time.sleep(0.2)
    raise AssertionError(f"the job did not end: {job}")


def ingest_into(folder: str, api: Api, stack: dict[str, Any]) -> Ingest:
    """Puts a file into a folder of the bucket under a new key, and waits for the end of its job."""
    s3 = aws_client(stack, "s3", config=botocore.config.Config(s3={"addressing_style": "path"}))

    def put(content: bytes, ending: str = ".csv") -> Job:
        key = f"{folder}/{uuid.uuid4().hex}{ending}"
        s3.put_object(Bucket=stack["intake_bucket"], Key=key, Body=content)
        return finished(api, f"/ingest?key={key}")

    return put


@pytest.fixture(scope="module")
def ingest(api: Api, stack: dict[str, Any]) -> Ingest:
    """Puts a file of patients."""
    return ingest_into("patients", api, stack)
