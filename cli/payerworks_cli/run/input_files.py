"""What a folder holds that the service takes in, recognized by content and header, never by name alone."""

import csv
import gzip
import io
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from pathlib import Path
from typing import Any

from payerworks_cli.errors import BadInput
from payerworks_cli.run.claim_rows import field_of, is_claims_header, read_claims
from payerworks_cli.terminal import counted

UPLOADS = "claims"
"""The folder of claims that are uploaded instead of posted."""
INTAKE = frozenset(("mrn", "visitaccount", "visitdate"))
SYNTHEA_PATIENTS = frozenset(("id", "birthdate", "first", "last"))
SYNTHEA_ENCOUNTERS = frozenset(("id", "start", "patient"))
SYNTHEA_CLAIMS = frozenset(("id", "patientid", "providerid", "servicedate"))


class Kind(Enum):
    """What a file is to the service."""

    PLAN = "plan"
    CLAIMS = "claims"
    CLAIMS_UPLOAD = "claims by file"
    PATIENTS = "patients"


@dataclass(frozen=True)
class InputFile:
    """A file that will be taken in, and how much is in it, in words."""

    path: Path
    kind: Kind
    content: str


@dataclass(frozen=True)
class SkippedFile:
    """A file that will not be taken in, and why, in words that follow `skipped because`."""

    path: Path
    reason: str


@dataclass(frozen=True)
class InputFiles:
    """Everything in a folder, in the order of names."""

    folder: Path
    taken: tuple[InputFile, ...]
    skipped: tuple[SkippedFile, ...]

    def name(self, file: InputFile | SkippedFile) -> str:
        """A file's path within the folder."""
        return file.path.relative_to(self.folder).as_posix()

    def of(self, kind: Kind) -> list[Path]:
        return [file.path for file in self.taken if file.kind is kind]


def find_input(folder: Path) -> InputFiles:
    """Look through a folder's JSON and CSV files, and those of `claims/` in it, which go through S3.

    Raises BadInput when there is nothing to take in or one is broken.
    """
    if not folder.is_dir():
        raise BadInput(
            f"{folder} is not a folder: --data names one that holds plan*.json, claims*.csv or patients*.csv."
        )
    found = [recognize(path) for path in _candidates(folder)]
    found += [_recognize_upload(path) for path in _candidates(folder / UPLOADS)]
    taken = tuple(file for file in found if isinstance(file, InputFile))
    skipped = tuple(file for file in found if isinstance(file, SkippedFile))
    if not taken:
        reasons = "".join(f" {file.path.name}: {file.reason}." for file in skipped)
        raise BadInput(f"{folder} holds no plan, claims or patients to take in.{reasons}")
    return InputFiles(folder, taken, skipped)


def read_plan(path: Path) -> dict[str, Any]:
    """A plan's document with exact numbers; raises BadInput when the file is no JSON object."""
    try:
        document = json.loads(path.read_bytes(), parse_float=Decimal)
    except (ValueError, RecursionError) as error:
        raise BadInput(f"{path} is not JSON: {error}.") from None
    except OSError as error:
        raise BadInput(f"{path} cannot be read: {error.strerror}.") from error
    return document if isinstance(document, dict) else {}


def _candidates(folder: Path) -> list[Path]:
    return sorted(path for path in folder.glob("*") if path.is_file() and _is_candidate(path))


def _is_candidate(path: Path) -> bool:
    return not path.name.startswith(".") and path.name.lower().endswith((".json", ".csv", ".csv.gz"))


def recognize(path: Path) -> InputFile | SkippedFile:
    """What a file is, by its content. Raises BadInput for one that cannot be read."""
    return _recognize_json(path) if path.suffix.lower() == ".json" else _recognize_csv(path)


def _recognize_json(path: Path) -> InputFile | SkippedFile:
    try:
        plan = read_plan(path)
    except BadInput:
        if path.name.lower().startswith("plan"):
            raise
        return SkippedFile(path, "it is not JSON")
    if plan.get("objectType") != "plan":
        return SkippedFile(path, 'its objectType is not "plan"')
    services = plan.get("linkedPlanServices")
    return InputFile(
        path, Kind.PLAN, f"1 plan, {counted(len(services) if isinstance(services, list) else 0, 'service')}"
    )


def _recognize_csv(path: Path) -> InputFile | SkippedFile:
    columns = _header(path)
    fields = {field_of(column) for column in columns}
    if is_claims_header(columns):
        if path.suffix.lower() == ".gz":
            return SkippedFile(path, f"compressed claims are only taken in a folder {UPLOADS}/")
        return InputFile(path, Kind.CLAIMS, counted(sum(1 for _ in read_claims(path)), "claim"))
    if fields >= INTAKE:
        patients, visits = _distinct_and_rows(path, [field_of(column) for column in columns].index("mrn"))
        return InputFile(path, Kind.PATIENTS, f"{counted(visits, 'visit')} of {counted(patients, 'patient')}")
    if fields >= SYNTHEA_ENCOUNTERS:
        return InputFile(
            path, Kind.PATIENTS, f"{counted(_distinct_and_rows(path, 0)[1], 'visit')} (Synthea encounters)"
        )
    if fields >= SYNTHEA_PATIENTS:
        return InputFile(
            path, Kind.PATIENTS, f"{counted(_distinct_and_rows(path, 0)[1], 'patient')} (Synthea patients)"
        )
    if fields >= SYNTHEA_CLAIMS:
        return SkippedFile(path, "Synthea's claims have no procedure code, NPI or fees, which ours are made of")
    return SkippedFile(path, "its header names neither the columns of claims nor those of patients and visits")


def _recognize_upload(path: Path) -> InputFile | SkippedFile:
    if not is_claims_header(_header(path)):
        return SkippedFile(path, "its header does not name the columns of claims")
    return InputFile(path, Kind.CLAIMS_UPLOAD, counted(_distinct_and_rows(path, 0)[1], "claim"))


def _header(path: Path) -> list[str]:
    with _text(path) as text:
        try:
            return next(csv.reader(text), [])
        except csv.Error:
            return []


def _distinct_and_rows(path: Path, column: int) -> tuple[int, int]:
    """How many different values a column has, and how many lines are not blank; the service judges bad lines."""
    values: set[str] = set()
    rows = 0
    with _text(path) as text:
        lines = csv.reader(text)
        next(lines, None)
        try:
            for cells in lines:
                rows += any(cells)
                values.update(cells[column : column + 1])
        except csv.Error:
            pass  # an unclosed quote or the like: what was counted so far is good enough to show
    return len(values), rows


@contextmanager
def _text(path: Path) -> Iterator[io.TextIOWrapper]:
    try:
        with gzip.open(path) if path.suffix.lower() == ".gz" else path.open("rb") as content:
            yield io.TextIOWrapper(content, encoding="utf-8-sig", errors="replace", newline="")
    except (OSError, EOFError) as error:
        raise BadInput(f"{path} cannot be read: {error}.") from error
