"""`payerworks claims post`: post the claims of a CSV or JSON file."""

import hashlib
from codecs import BOM_UTF8
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from payerworks_cli.api import Api
from payerworks_cli.claims.claim import COLUMNS, claim_of, rows
from payerworks_cli.errors import BadInput
from payerworks_cli.run.input_files import Kind, SkippedFile, recognize
from payerworks_cli.run.post_claims import post_claims
from payerworks_cli.run.posted_lists import PostedLists
from payerworks_cli.session import AsJson, StackDir, session
from payerworks_cli.stack_outputs import stack_folder
from payerworks_cli.terminal import Terminal, counted

File = Annotated[Path, typer.Argument(metavar="FILE", help="A .csv with a header, or a .json of one claim or a list.")]


def post(file: File, stack_dir: StackDir = None, as_json: AsJson = False) -> None:
    """Post a CSV in lists of up to 50, or a JSON file as it is. What was posted before adds nothing."""
    with session(stack_dir, as_json=as_json) as (terminal, api):
        if file.suffix.lower() == ".json":
            _post_json(api, file, terminal, as_json=as_json)
            return
        found = recognize(file)
        if isinstance(found, SkippedFile) or found.kind is not Kind.CLAIMS:
            raise BadInput(f"{file} has no claims: its header must name their columns (docs/claims.md).")
        posted = post_claims(api, [file], PostedLists(stack_dir or stack_folder()), terminal)
        if as_json:
            terminal.json(asdict(posted))


def _post_json(api: Api, file: Path, terminal: Terminal, *, as_json: bool) -> None:
    try:
        body = file.read_bytes().removeprefix(BOM_UTF8)
    except OSError as error:
        raise BadInput(f"{file} cannot be read: {error.strerror}.") from error
    key = f"claims-{hashlib.sha256(body).hexdigest()}"
    headers = {"Content-Type": "application/json", "Idempotency-Key": key}
    answer = api.ask("POST", "/claims", expect=(201,), content=body, headers=headers)
    if as_json:
        print(answer.text)
        return
    value = answer.json()
    claims = [claim_of(item) for item in (value if isinstance(value, list) else [value])]
    terminal.table(COLUMNS, rows(claims))
    before = answer.headers.get("Idempotency-Replayed") == "true"
    terminal.line(
        f"{counted(len(claims), 'claim')} {'already there: posted before, nothing added' if before else 'stored'}"
    )
