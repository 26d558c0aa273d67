"""`payerworks claims post`: post the claims of a JSON file."""

import hashlib
import shlex
from pathlib import Path
from typing import Annotated, NamedTuple

import typer

from payerworks_cli.answer import Answer, parse
from payerworks_cli.api import Api
from payerworks_cli.claims.claim import Claim, show_claims
from payerworks_cli.errors import BadInput
from payerworks_cli.local_files import names_lines, read_json
from payerworks_cli.session import AsJson, session
from payerworks_cli.target import Target
from payerworks_cli.terminal import counted

File = Annotated[
    Path,
    typer.Argument(metavar="FILE", help="A .json file with one claim or a list of up to 50; - reads standard input."),
]


class PostedFile(NamedTuple):
    """The claims of a file as the service stored them; `replayed` if an earlier POST had stored them."""

    answer: Answer
    claims: list[Claim]
    replayed: bool


def post(file: File, *, target: Target, as_json: AsJson = False) -> None:
    """Post the claims of a JSON file, all or none. Posting the same file again within 24 hours adds nothing.

    Example: payerworks claims post claims.json
    """
    with session(target, as_json=as_json) as (terminal, api):
        if file.name.lower().endswith((".csv", ".csv.gz")):
            ingest = terminal.command(f"ingest {shlex.quote(str(file))} --kind claims")
            raise BadInput(f"{file} is a CSV file: {ingest} takes it in.")
        posted = post_file(api, file)
        if as_json:
            print(posted.answer.text)
            return
        show_claims(posted.claims, terminal)
        outcome = "already there: posted before, nothing added" if posted.replayed else "stored"
        terminal.line(f"{counted(len(posted.claims), 'claim')} {outcome}")


def post_file(api: Api, file: Path) -> PostedFile:
    """POST a file's claims with a key made of its content. Raises BadInput, ApiProblem."""
    sent = read_json(file)
    headers = {"Content-Type": "application/json", "Idempotency-Key": idempotency_key(sent.content)}
    with names_lines(sent):
        answer = api.ask("POST", "/claims", expect=(201,), content=sent.content, headers=headers)
    value = answer.json()
    claims: list[Claim] = parse(list[Claim], value if isinstance(value, list) else [value], answer.request)
    return PostedFile(answer, claims, answer.headers.get("Idempotency-Replayed") == "true")


def idempotency_key(body: bytes) -> str:
    """The Idempotency-Key of a list of claims: the same content has the same key."""
    return f"claims-{hashlib.sha256(body).hexdigest()}"
