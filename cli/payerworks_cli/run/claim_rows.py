"""A CSV of claims as lists of up to 50, each with its Idempotency-Key."""

import csv
import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from payerworks_cli.errors import BadInput

LIST_LENGTH = 50
CLAIM = frozenset(("servicedate", "submittedprocedure", "plangroup", "subscriber", "providernpi"))
REQUIRED = CLAIM | {"providerfees", "allowedfees", "membercoinsurance", "membercopay"}
FIELDS = REQUIRED | {"quadrant"}


@dataclass(frozen=True)
class ClaimRow:
    """A claim as its line has it: the file's own column names, the cells that are not blank."""

    line: int
    cells: dict[str, str]


@dataclass(frozen=True)
class ClaimList:
    """What one POST /claims sends."""

    rows: tuple[ClaimRow, ...]
    body: bytes
    key: str


def field_of(column: str) -> str:
    """The field that a column of any spelling names: blanks, case, `#`, `/` and underscores do not matter.

    The closing word number is left off, so that `Plan/Group #` and `plan_group_number` are one.
    """
    return re.sub(r"[\s#/_]", "", column.lower()).removesuffix("number")


def is_claims_header(columns: Iterable[str]) -> bool:
    """Whether a CSV's header names every field that a claim must have."""
    return {field_of(column) for column in columns} >= REQUIRED


def read_claims(path: Path) -> Iterator[ClaimRow]:
    """The claims of a CSV in order, without blank lines and without columns that are no field of a claim.

    Raises BadInput, naming the line, for what cannot be read as a CSV at all.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as text:
            yield from _rows(path, text)
    except UnicodeDecodeError as error:
        raise BadInput(f"{path} is not UTF-8 ({error.reason}).") from None
    except OSError as error:
        raise BadInput(f"{path} cannot be read: {error.strerror}.") from error


def claim_lists(path: Path) -> Iterator[ClaimList]:
    """The claims of a CSV in lists of up to 50.

    The key is made of the list's content and how often that content came before in this file, so that a second run of
    the same file repeats the same keys while equal lines within the file stay claims of their own.
    """
    seen: Counter[str] = Counter()
    rows = read_claims(path)
    while chunk := tuple(islice(rows, LIST_LENGTH)):
        body = json.dumps([row.cells for row in chunk], ensure_ascii=False).encode()
        content = hashlib.sha256(body).hexdigest()
        seen[content] += 1
        yield ClaimList(chunk, body, f"claims-{content}-{seen[content]}")


def _rows(path: Path, text: Iterable[str]) -> Iterator[ClaimRow]:
    lines = csv.reader(text, strict=True)
    try:
        header: list[str] = next(lines, [])
        wanted = {number: column for number, column in enumerate(header) if field_of(column) in FIELDS}
        began = lines.line_num + 1
        for cells in lines:
            if len(cells) > len(header):
                raise BadInput(f"{path} line {began} has {len(cells)} cells where the header has {len(header)}.")
            found = {wanted[number]: cell for number, cell in enumerate(cells) if number in wanted and cell.strip()}
            if found:
                yield ClaimRow(began, found)
            began = lines.line_num + 1
    except csv.Error as error:
        raise BadInput(f"{path} line {lines.line_num} is no CSV: {error}.") from None
