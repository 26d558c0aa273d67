"""Which lists of claims this stack was given, kept beside its outputs.json.

An Idempotency-Key holds for 24 hours; this keeps a run after that from storing the claims twice. It is only a hint: a
list counts as stored when the service still shows its first claim. Only keys and claim ids are kept, a line a list.
"""

from collections.abc import Callable
from pathlib import Path

from pydantic import BaseModel, ValidationError

from payerworks_cli.errors import BadInput


class PostedList(BaseModel):
    """A list that was stored: its Idempotency-Key, the id of its first claim and how many claims it has."""

    key: str
    first_claim: str
    claims: int


class PostedLists:
    """The lists posted by earlier runs."""

    def __init__(self, stack_dir: Path) -> None:
        self._path = stack_dir / "posted-claims.jsonl"
        lines = self._path.read_bytes().splitlines() if self._path.is_file() else []
        self._lists = {posted.key: posted for posted in map(_parse, lines) if posted}

    def find(self, key: str, is_stored: Callable[[str], bool]) -> PostedList | None:
        """The list of that key, if `is_stored` confirms its first claim."""
        posted = self._lists.get(key)
        return posted if posted and is_stored(posted.first_claim) else None

    def add(self, posted: PostedList) -> None:
        """Remember a list at once, so that a run that breaks off later knows it."""
        self._lists[posted.key] = posted
        try:
            with self._path.open("a", encoding="utf-8") as lines:
                lines.write(posted.model_dump_json() + "\n")
        except OSError as error:
            raise BadInput(f"{self._path} cannot be written: {error.strerror}.") from error


def _parse(line: bytes) -> PostedList | None:
    try:
        return PostedList.model_validate_json(line)
    except ValidationError:
        return None  # the last line of a run that was killed while it wrote
