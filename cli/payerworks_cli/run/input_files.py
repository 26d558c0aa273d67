"""The files of a folder that the service can take in. Content decides the kind of a file, not its name.

Only the kind is decided here; the service decides what each column means and whether a row is valid.
"""

import csv
import gzip
import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from enum import Enum
from itertools import chain
from pathlib import Path
from typing import Any

from payerworks_cli.errors import BadInput
from payerworks_cli.local_files import read_json
from payerworks_cli.terminal import counted

DELIMITERS = ",;\t"
CLAIM = frozenset(("submittedprocedure", "providernpi"))
"""Two columns that only claims have."""
VISIT = frozenset(("mrn", "visitaccount", "visitdate"))
SYNTHEA_PATIENT = frozenset(("id", "birthdate", "first", "last"))
SYNTHEA_ENCOUNTER = frozenset(("id", "start", "patient"))
SYNTHEA_CLAIM = frozenset(("id", "patientid", "providerid", "servicedate"))


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
    """The JSON and CSV files of a folder and of its subfolder `claims`.

    Raises BadInput if there is nothing to take in or a file cannot be read.
    """
    if not folder.is_dir():
        raise BadInput(
            f"{folder} is not a folder: --data names one that holds plan*.json, claims*.csv or patients*.csv."
        )
    files = [_recognize(path) for path in (*_candidates(folder), *_candidates(folder / "claims"))]
    taken = tuple(file for file in files if isinstance(file, InputFile))
    skipped = tuple(file for file in files if isinstance(file, SkippedFile))
    if not taken:
        reasons = "".join(f" {file.path.name}: {file.reason}." for file in skipped)
        raise BadInput(f"{folder} holds no plan, claims or patients to take in.{reasons}")
    return InputFiles(folder, taken, skipped)


def _candidates(folder: Path) -> list[Path]:
    return sorted(path for path in folder.glob("[!.]*") if path.is_file() and _is_candidate(path.name.lower()))


def _is_candidate(name: str) -> bool:
    return name.endswith((".json", ".csv", ".csv.gz"))


def _recognize(path: Path) -> InputFile | SkippedFile:
    return _recognize_json(path) if path.suffix.lower() == ".json" else _recognize_csv(path)


def _recognize_json(path: Path) -> InputFile | SkippedFile:
    try:
        value = read_json(path)
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
    return isinstance(value, dict) and _folded(value) >= CLAIM


def _recognize_csv(path: Path) -> InputFile | SkippedFile:
    with _text(path) as text:
        lines = _lines(text)
        header = next(lines, [])
        names = _folded(header)
        if names >= CLAIM:
            return InputFile(path, Kind.CLAIMS_FILE, counted(_count(lines), "claim"))
        if names >= VISIT:
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
    return SkippedFile(path, "its header names neither the columns of claims nor those of patients and visits")


def _folded(names: Iterable[str]) -> set[str]:
    """Names without what a spelling may vary, so that `Plan/Group #` and `plan_group_number` are one."""
    return {re.sub(r"[\W_]+", "", name).lower().removesuffix("number") for name in names}


@contextmanager
def _text(path: Path) -> Iterator[io.TextIOWrapper]:
    try:
        with gzip.open(path) if path.suffix.lower() == ".gz" else path.open("rb") as content:
            yield io.TextIOWrapper(content, encoding="utf-8-sig", errors="replace", newline="")
    except (OSError, EOFError) as error:
        raise BadInput(f"{path} cannot be read: {error}.") from error


def _lines(text: io.TextIOWrapper) -> Iterator[list[str]]:
    """The lines of a CSV that are not blank, header first; ends where the csv module reads no further."""
    first = text.readline()
    with suppress(csv.Error):
        yield from filter(any, csv.reader(chain([first], text), delimiter=max(DELIMITERS, key=first.count)))


def _count(lines: Iterator[list[str]]) -> int:
    return sum(1 for _ in lines)
