"""The files of a folder that the service can take in. Content decides the kind of a file, not its name.

Only the kind is decided here; the service decides what each column means and whether a row is valid. Both read a CSV
with the same code, so the command counts the rows that the service will read.
"""

import codecs
import gzip
import re
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import Enum
from itertools import chain
from pathlib import Path
from typing import Any

from payerworks.csv_header import first_row, is_blank
from payerworks.csv_rows import rows
from payerworks_cli.errors import BadInput
from payerworks_cli.local_files import read_json, reason
from payerworks_cli.terminal import counted

_BLOCK = 1024 * 1024
CLAIM_COLUMNS = {"submittedprocedure": "Submitted Procedure", "providernpi": "Provider NPI"}
"""Two columns that only claims have, as they are recognized and as they may be written."""
CLAIM = frozenset(CLAIM_COLUMNS)
VISIT = frozenset(("mrn", "visitaccountnumber", "visitdate"))
_CLAIM_SPELLING = re.compile(r"[\s#/_]+")
"""What does not matter in the names of a claim's fields; a test compares it with the service."""
SYNTHEA_PATIENT = frozenset(("id", "birthdate", "first", "last"))
SYNTHEA_ENCOUNTER = frozenset(("id", "start", "patient"))
SYNTHEA_CLAIM = frozenset(("id", "patientid", "providerid", "servicedate"))


_MARKS = {
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}


class Kind(Enum):
    """What a file is to the service."""

    PLAN = "plan"
    CLAIMS = "claims"
    CLAIMS_FILE = "claims by file"
    PATIENTS = "patients"


@dataclass(frozen=True)
class InputFile:
    """A file to take in; `content` says in words how much it holds."""

    path: Path
    kind: Kind
    content: str


@dataclass(frozen=True)
class SkippedFile:
    """A file that is not taken in; `reason` completes the sentence `skipped because …`."""

    path: Path
    reason: str


@dataclass(frozen=True)
class InputFiles:
    """The files of a folder, in the order of their names."""

    folder: Path
    taken: tuple[InputFile, ...]
    skipped: tuple[SkippedFile, ...]

    def name(self, file: InputFile | SkippedFile) -> str:
        """A file's path within the folder."""
        return file.path.relative_to(self.folder).as_posix()

    def of(self, kind: Kind) -> list[Path]:
        return [file.path for file in self.taken if file.kind is kind]


def find_input(folder: Path) -> InputFiles:
    """The files of a folder and of its subfolder `claims`.

    Raises BadInput if there is nothing to take in or a file cannot be read.
    """
    if not folder.is_dir():
        raise BadInput(
            f"{folder} is not a folder: --data names one with JSON or CSV files of plans, claims or patients."
        )
    files = [_recognize(path) for path in (*_candidates(folder), *_candidates(folder / "claims"))]
    taken = tuple(file for file in files if isinstance(file, InputFile))
    skipped = tuple(file for file in files if isinstance(file, SkippedFile))
    if not taken:
        reasons = "".join(f" {file.path.name}: {file.reason}." for file in skipped)
        raise BadInput(f"{folder} holds no plan, claims or patients to take in.{reasons}")
    return InputFiles(folder, taken, skipped)


def _candidates(folder: Path) -> list[Path]:
    return sorted(path for path in folder.glob("[!.]*") if path.is_file())


def _recognize(path: Path) -> InputFile | SkippedFile:
    if not path.name.lower().endswith((".json", ".csv", ".csv.gz")):
        return SkippedFile(path, "its name ends neither in .json nor in .csv or .csv.gz")
    return _recognize_json(path) if path.suffix.lower() == ".json" else _recognize_csv(path)


def _recognize_json(path: Path) -> InputFile | SkippedFile:
    try:
        value = read_json(path).value
    except BadInput:
        if path.name.lower().startswith(("plan", "claims")):
            raise
        return SkippedFile(path, "it is not JSON")
    if isinstance(value, dict) and value.get("objectType") == "plan":
        services = value.get("linkedPlanServices")
        count = len(services) if isinstance(services, list) else 0
        return InputFile(path, Kind.PLAN, f"1 plan, {counted(count, 'service')}")
    entries = value if isinstance(value, list) else [value]
    if any(_is_claim(entry) for entry in entries):
        return InputFile(path, Kind.CLAIMS, counted(len(entries), "claim"))
    return SkippedFile(path, 'its objectType is not "plan", and it holds no claims')


def _is_claim(value: Any) -> bool:
    return isinstance(value, dict) and is_of_claims(value)


def is_of_claims(names: Iterable[str]) -> bool:
    """Whether fields with these names are those of claims, in a spelling that the service takes."""
    return _claim_names(names) >= CLAIM


def is_of_visits(names: Iterable[str]) -> bool:
    """Whether columns with these names are those of visits, in a spelling that the service takes."""
    return _folded(names) >= VISIT


def _recognize_csv(path: Path) -> InputFile | SkippedFile:
    with _content(path) as blocks:
        lines = _lines(blocks)
        header = next(lines, [])
        names = _folded(header)
        if is_of_claims(header):
            return InputFile(path, Kind.CLAIMS_FILE, counted(_count(lines), "claim"))
        if is_of_visits(header):
            column = next(number for number, name in enumerate(header) if _folded([name]) == {"mrn"})
            mrns = Counter(cells[column] if column < len(cells) else "" for cells in lines)
            content = f"{counted(mrns.total(), 'visit')} of {counted(len(mrns), 'patient')}"
            return InputFile(path, Kind.PATIENTS, content)
        if names >= SYNTHEA_ENCOUNTER:
            return InputFile(path, Kind.PATIENTS, f"{counted(_count(lines), 'visit')} (Synthea encounters)")
        if names >= SYNTHEA_PATIENT:
            return InputFile(path, Kind.PATIENTS, f"{counted(_count(lines), 'patient')} (Synthea patients)")
    if names >= SYNTHEA_CLAIM:
        return SkippedFile(path, "Synthea's claims have no procedure code, NPI or fees, which our claims need")
    if names & CLAIM:
        missing = " or ".join(CLAIM_COLUMNS[name] for name in CLAIM_COLUMNS if name not in _claim_names(header))
        return SkippedFile(path, f"it looks like claims, but has no column {missing} (docs/claims.md)")
    return SkippedFile(path, "its header names neither the columns of claims nor those of patients and visits")


def _claim_names(names: Iterable[str]) -> set[str]:
    return {_CLAIM_SPELLING.sub("", name).lower() for name in names}


def _folded(names: Iterable[str]) -> set[str]:
    """Names without what a spelling may vary, so that `Visit-Date` and `visit_date` are one."""
    return {re.sub(r"[\W_]+", "", name).lower() for name in names}


@contextmanager
def _content(path: Path) -> Iterator[Iterator[bytes]]:
    """A file's content in blocks, in UTF-8 if it is text that a byte order mark says is UTF-16 or UTF-32."""
    try:
        with gzip.open(path) if path.suffix.lower() == ".gz" else path.open("rb") as file:
            beginning = file.read(_BLOCK)
            encoding = next((name for mark, name in _MARKS.items() if beginning.startswith(mark)), None)
            blocks = chain([beginning], iter(lambda: file.read(_BLOCK), b""))
            yield codecs.iterencode(codecs.iterdecode(blocks, encoding, "replace"), "utf-8") if encoding else blocks
    except (EOFError, zlib.error, gzip.BadGzipFile):
        raise BadInput(f"{path} cannot be read: it is not a complete gzip file.") from None
    except OSError as error:
        raise BadInput(f"{path} cannot be read: {reason(error)}.") from error


def _lines(content: Iterator[bytes]) -> Iterator[list[str]]:
    """The cells of the rows that are not blank, header first; nothing if the header cannot be read."""
    beginning = next(content, b"")
    first = first_row(beginning)
    if first and not first.row.fault:
        all_rows = rows(chain([beginning[first.row.start :]], content), first.delimiter)
        yield from (row.cells for row in all_rows if not is_blank(row))


def _count(lines: Iterator[list[str]]) -> int:
    return sum(1 for _ in lines)
