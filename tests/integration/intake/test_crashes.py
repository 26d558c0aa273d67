"""Functions that are killed while they load a file."""

import random
import uuid
from typing import Any

from tests.integration.conftest import Api
from tests.integration.crashes import killed_now_and_then, retries_after
from tests.integration.intake.conftest import Ingest
from tests.integration.intake.test_intake import HEADER

PATIENTS = 1000
VISITS = 4


def file_of(name: str) -> bytes:
    """A file of four chunks: each patient's visits are in as many."""
    lines = [
        f"{name}-{number},Ada,Field,1990-02-14,{name}-{number}-{visit},2024-11-0{visit},{'x' * 150}\n"
        for visit in range(1, VISITS + 1)
        for number in range(PATIENTS)
    ]
    return (HEADER + "".join(lines)).encode()


def test_functions_that_are_killed_lose_no_row_and_count_none_twice(
    api: Api, ingest: Ingest, stack: dict[str, Any]
) -> None:
    name = uuid.uuid4().hex
    with (
        retries_after(10, stack, "IntakeUploads"),
        retries_after(10, stack, "IntakeChunks"),
        # Fewer times than a message may come before it is poison, and soon: a quick machine loads the file in seconds.
        killed_now_and_then(stack, ["OnFileUploaded"], times=1),
        killed_now_and_then(stack, ["OnChunkQueued"], times=4, pauses=(0.1, 0.6)),
    ):
        job = ingest(file_of(name), ".csv")
    counts = {count: job[count] for count in ("patients_created", "visits_created", "duplicates", "rejected")}
    assert counts == {"patients_created": PATIENTS, "visits_created": PATIENTS * VISITS, "duplicates": 0, "rejected": 0}
    for number in random.sample(range(PATIENTS), 10):
        page = api.get(f"/patients?mrn={name}-{number}").json()
        assert (page["total"], page["patients"][0]["visits_count"]) == (1, VISITS)
    again = ingest(file_of(name), ".csv")
    assert (again["duplicates"], again["visits_created"], again["patients_updated"]) == (PATIENTS * VISITS, 0, 0)
