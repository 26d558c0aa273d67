"""`payerworks sample`: write a seeded sample of a plan, claims and patients."""

import csv
import io
import json
import shlex
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any

import typer

from payerworks_cli.errors import BadInput
from payerworks_cli.local_files import reason
from payerworks_cli.run.sample_claims import sample_claims
from payerworks_cli.run.sample_patients import sample_patients
from payerworks_cli.run.sample_plan import sample_plan
from payerworks_cli.run.sandbox_claims import sample_sandbox_claims
from payerworks_cli.session import AsJson
from payerworks_cli.terminal import command_terminal

SEED, CLAIMS, PATIENTS = 7, 1000, 200


def sample(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The folder to write into; made if it is missing.")],
    seed: Annotated[int, typer.Option(min=0, help="The same seed writes the same bytes.")] = SEED,
    claims: Annotated[int, typer.Option(min=1, help="How many claims.")] = CLAIMS,
    patients: Annotated[int, typer.Option(min=1, help="How many patients; each has one to eight visits.")] = PATIENTS,
    force: Annotated[bool, typer.Option("-f", "--force", help="Write over other files of the same names.")] = False,
    as_json: AsJson = False,
) -> None:
    """Write plan.json, claims.csv, claims.json and patients.csv: made-up data, the same for a seed.

    Example: payerworks sample data --seed 8 --claims 100
    """
    with command_terminal(as_json=as_json) as terminal:
        files = write_sample(folder, seed, claims, patients, force=force)
        terminal.json({"ok": True, "items": [{"file": str(path), "written": written} for path, written in files]})
        for path, written in files:
            terminal.line(f"{'wrote' if written else 'unchanged'} {path}")
        terminal.line(f"Next: {terminal.command(f'run --data {shlex.quote(str(folder))}')}")


def write_sample(
    folder: Path, seed: int = SEED, claims: int = CLAIMS, patients: int = PATIENTS, *, force: bool = False
) -> list[tuple[Path, bool]]:
    """Write the four files; each with whether it was written or had these bytes already.

    Raises BadInput before anything is written if a file of that name holds something else, unless `force`.
    """
    contents = {
        folder / "plan.json": _json_bytes(sample_plan(seed)),
        folder / "claims.csv": _csv_bytes(sample_claims(seed, claims)),
        folder / "claims.json": _json_bytes(sample_sandbox_claims(seed)),
        folder / "patients.csv": _csv_bytes(sample_patients(seed, patients)),
    }
    try:
        return _write(folder, contents, force)
    except OSError as error:
        raise BadInput(f"The sample cannot be written to {folder}: {reason(error)}.") from error


def _write(folder: Path, contents: dict[Path, bytes], force: bool) -> list[tuple[Path, bool]]:
    present = {path: path.read_bytes() for path in contents if path.exists()}
    for path, content in present.items():
        if content != contents[path] and not force:
            raise BadInput(f"{path} exists and is another file than this sample's; --force writes over it.")
    folder.mkdir(parents=True, exist_ok=True)
    for path, content in contents.items():
        if present.get(path) != content:
            path.write_bytes(content)
    return [(path, present.get(path) != content) for path, content in contents.items()]


def _json_bytes(value: Any) -> bytes:
    return json.dumps(value, indent=2, ensure_ascii=False).encode() + b"\n"


def _csv_bytes(rows: Iterable[list[str]]) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue().encode()
