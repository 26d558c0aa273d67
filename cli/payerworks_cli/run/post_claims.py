"""Post the claims of CSV files in lists of up to 50, once."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel, TypeAdapter, ValidationError

from payerworks_cli.api import Api
from payerworks_cli.errors import ApiProblem, UnexpectedAnswer
from payerworks_cli.run.claim_rows import ClaimList, claim_lists, read_claims
from payerworks_cli.run.posted_lists import PostedList, PostedLists
from payerworks_cli.terminal import Bars, Terminal, counted


class StoredClaim(BaseModel):
    """What the run needs of a claim that POST /claims answers."""

    id: str
    warnings: list[Any] = []


_STORED_CLAIMS = TypeAdapter(list[StoredClaim])


@dataclass
class ClaimsPosted:
    """What became of the claims."""

    stored: int = 0
    already_there: int = 0
    with_warnings: int = 0
    lists: int = 0
    first_claim: str | None = None


def post_claims(api: Api, files: list[Path], posted: PostedLists, terminal: Terminal) -> ClaimsPosted:
    """Post every claim of the files; lists that were posted before change nothing and are counted apart."""
    done = ClaimsPosted()
    with terminal.part("claims") as part:
        with terminal.bars() as bars:
            for path in files:
                _post_file(api, path, posted, done, bars)
        if done.stored:
            warned = f", {done.with_warnings:,} of them with a warning" if done.with_warnings else ""
            part.say(f"{counted(done.stored, 'claim')} stored in lists of up to 50{warned}")
        if done.already_there:
            part.say(f"{counted(done.already_there, 'claim')} already there: posted before, nothing added")
    return done


def _post_file(api: Api, path: Path, posted: PostedLists, done: ClaimsPosted, bars: Bars) -> None:
    total, passed = sum(1 for _ in read_claims(path)), 0
    for claims in claim_lists(path):
        _post_list(api, path, claims, posted, done)
        passed += len(claims.rows)
        bars.show(path.name, 100 * passed / total, f"{passed:,} of {total:,} claims")


def _post_list(api: Api, path: Path, claims: ClaimList, posted: PostedLists, done: ClaimsPosted) -> None:
    done.lists += 1
    before = posted.find(claims.key, lambda claim_id: _is_stored(api, claim_id))
    if before:
        done.already_there += before.claims
        done.first_claim = done.first_claim or before.first_claim
        return
    headers = {"Content-Type": "application/json", "Idempotency-Key": claims.key}
    try:
        answer = api.ask("POST", "/claims", expect=(201,), content=claims.body, headers=headers)
    except ApiProblem as problem:
        raise problem.located(lambda pointer: _line_of(pointer, path, claims)) from None
    stored = _stored_claims(answer.json(), len(claims.rows))
    posted.add(PostedList(key=claims.key, first_claim=stored[0].id, claims=len(stored)))
    done.first_claim = done.first_claim or stored[0].id
    if answer.headers.get("Idempotency-Replayed") == "true":
        done.already_there += len(stored)
    else:
        done.stored += len(stored)
        done.with_warnings += sum(1 for claim in stored if claim.warnings)


def _is_stored(api: Api, claim_id: str) -> bool:
    return api.ask("GET", f"/claims/{claim_id}", expect=(200, 404)).status == 200


def _line_of(pointer: str, path: Path, claims: ClaimList) -> str:
    """The line of the file that a pointer into the posted list means."""
    index = re.match(r"/(\d+)", pointer)
    if index is None or int(index[1]) >= len(claims.rows):
        return ""
    return f" ({path.name} line {claims.rows[int(index[1])].line})"


def _stored_claims(body: Any, sent: int) -> list[StoredClaim]:
    try:
        stored = _STORED_CLAIMS.validate_python(body)
    except ValidationError:
        raise UnexpectedAnswer("POST /claims was answered 201 without a list of claims with their ids.") from None
    if len(stored) != sent:
        raise UnexpectedAnswer(f"POST /claims was sent {sent} claims and answered with {len(stored)}.")
    return stored
