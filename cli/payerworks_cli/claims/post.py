"""`payerworks claims post`: post the claims of a JSON file."""

import hashlib
from pathlib import Path
from typing import Annotated, NamedTuple

import typer

from payerworks_cli.api import Answer, Api, parse
from payerworks_cli.claims.claim import Claim, show_claims
from payerworks_cli.errors import BadInput
from payerworks_cli.local_files import read_bytes
from payerworks_cli.session import AsJson, StackDir, session
from payerworks_cli.terminal import counted

File = Annotated[Path, typer.Argument(metavar="FILE", help="A .json file that holds one claim or a list of up to 50.")]


class PostedFile(NamedTuple):
    """The claims of a file as the service stored them; `replayed` if an earlier POST had stored them."""

    answer: Answer
    claims: list[Claim]
    replayed: bool


def post(file: File, stack_dir: StackDir = None, as_json: AsJson = False) -> None:
    """Post the claims of a JSON file, all or none. Posting the same file again within 24 hours adds nothing."""
    with session(stack_dir, as_json=as_json) as (terminal, api):
        if file.name.lower().endswith((".csv", ".csv.gz")):
            raise BadInput(f"{file} is a CSV file: payerworks ingest {file} --kind claims takes it in.")
        posted = post_file(api, file)
        if as_json:
            print(posted.answer.text)
            return
        show_claims(posted.claims, terminal)
        outcome = "already there: posted before, nothing added" if posted.replayed else "stored"
        terminal.line(f"{counted(len(posted.claims), 'claim')} {outcome}")


def post_file(api: Api, file: Path) -> PostedFile:
    """POST a file's claims with a key made of its content. Raises BadInput, ApiProblem."""
    body = read_bytes(file)
    headers = {"Content-Type": "application/json", "Idempotency-Key": idempotency_key(body)}
    answer = api.ask("POST", "/claims", expect=(201,), content=body, headers=headers)
    value = answer.json()
    claims: list[Claim] = parse(list[Claim], value if isinstance(value, list) else [value], answer.request)
    return PostedFile(answer, claims, answer.headers.get("Idempotency-Replayed") == "true")


def idempotency_key(body: bytes) -> str:
    """The Idempotency-Key of a list of claims: the same content has the same key."""
    return f"claims-{hashlib.sha256(body).hexdigest()}"
