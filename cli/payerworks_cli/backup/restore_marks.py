"""What a restore notes beside its backup, in `restores/`, so that it can be continued by the same command.

begun.json      the stack's own consumers that it has paused; written before it pauses or writes anything
TABLE/FILE      a data file whose items are all stored
done.json       the end; from then on the stack is in use, and nothing is put into its tables any more
"""

import hashlib
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel

from payerworks_cli.backup.location import Location

BEGUN, DONE = "begun.json", "done.json"


class Paused(BaseModel):
    """What runs in a stack without a call: its mappings from streams to functions, and its schedules."""

    mappings: list[str]
    rules: list[str]


class RestoreMarks:
    """The notes of one restore: that of this backup into these very tables."""

    def __init__(self, client: Any, tables: Mapping[str, str], location: Location) -> None:
        described = (client.describe_table(TableName=name)["Table"] for name in tables.values())
        # A table that is deleted and made again has the same ARN.
        ids = sorted(f"{table['TableArn']} {table['CreationDateTime'].timestamp()}" for table in described)
        self._location = location
        self._folder = f"restores/{hashlib.sha256(' '.join(ids).encode()).hexdigest()[:16]}"

    def read_begun(self) -> Paused | None:
        content = self._location.read(f"{self._folder}/{BEGUN}")
        return Paused.model_validate_json(content) if content else None

    def begin(self, paused: Paused) -> None:
        self._location.write(f"{self._folder}/{BEGUN}", paused.model_dump_json().encode())

    def stored(self, service: str) -> set[str]:
        """The names of a table's data files whose items are all stored."""
        folder = f"{self._folder}/{service}/"
        return {name.removeprefix(folder) for name in self._location.names(folder)}

    def store(self, service: str, file: str) -> None:
        self._location.write(f"{self._folder}/{service}/{file}", b"")

    @property
    def is_done(self) -> bool:
        return self._location.read(f"{self._folder}/{DONE}") is not None

    def end(self) -> None:
        self._location.write(f"{self._folder}/{DONE}", b"{}")
