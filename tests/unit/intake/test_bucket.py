"""Ranges of files in the intake bucket, from servers that heed a range and from those that send all."""

import contextlib
from collections.abc import Iterator
from typing import Any

import pytest

from intake.jobs import bucket
from intake.jobs.bucket import BLOCK
from payerworks.aws import client

CONTENT = bytes(range(125)) * (3 * BLOCK // 125)
"""A little less than three blocks."""


@contextlib.contextmanager
def ranges(heeded: bool) -> Iterator[None]:
    def forget(params: dict[str, Any], **_: object) -> None:
        params["headers"].pop("Range", None)

    events, name = client("s3").meta.events, "before-call.s3.GetObject"
    if not heeded:
        events.register(name, forget)
    try:
        yield
    finally:
        events.unregister(name, forget)


@pytest.mark.parametrize("heeded", [True, False])
@pytest.mark.parametrize(
    ("start", "end"),
    [
        (0, None),
        (7, None),
        (BLOCK + 9, None),
        (0, 11),
        (5, 8),
        (BLOCK - 3, BLOCK + 3),
        (BLOCK + 1, 2 * BLOCK + 1),
        (2 * BLOCK, len(CONTENT)),
        (len(CONTENT) - 1, len(CONTENT) + 5),
        (len(CONTENT), None),
    ],
)
def test_a_range_of_a_file_is_just_that(aws: object, start: int, end: int | None, heeded: bool) -> None:
    file = bucket.upload("patients/a.csv", CONTENT.decode("latin-1"), "acme")
    with ranges(heeded):
        assert b"".join(bucket.stream(file, start, end)) == CONTENT[start:end]
