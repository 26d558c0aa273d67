"""Post the claims of JSON files, each file once."""

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

from payerworks_cli.api import Api
from payerworks_cli.claims.claim import claim_path
from payerworks_cli.claims.post import idempotency_key, post_file
from payerworks_cli.errors import BadInput
from payerworks_cli.local_files import read_bytes, reason
from payerworks_cli.terminal import Say, Terminal, counted


@dataclass
class PostedClaims:
    """How many claims were stored, and how many an earlier run had stored."""

    stored: int = 0
    already_there: int = 0
    with_warnings: int = 0


def post_claims(api: Api, files: list[Path], records: Path, terminal: Terminal) -> PostedClaims:
    """Post each file. What was posted before, as `records` say, changes nothing and is counted apart."""
    done = PostedClaims()
    with terminal.part("posted") as say:
        for path in files:
            _post_once(api, path, records, done, say)
    return done


def records_folder(stack_dir: Path | None, api_url: str) -> Path:
    """Where the ids of posted claims are kept: in a stack's folder, or in the caller's for another deployment.

    XDG Base Directory Specification: state that is no configuration.
    """
    if stack_dir:
        return stack_dir / "posted-claims"
    configured = Path(os.environ.get("XDG_STATE_HOME", ""))
    state = configured if configured.is_absolute() else Path.home() / ".local" / "state"
    return state / "payerworks" / hashlib.sha256(api_url.encode()).hexdigest()[:16] / "posted-claims"


def _post_once(api: Api, path: Path, records: Path, done: PostedClaims, say: Say) -> None:
    # The service remembers an Idempotency-Key for 24 hours. The record, which holds the ids of a file's claims, lets a
    # later run find them.
    record = records / idempotency_key(read_bytes(path))
    known = record.read_text().split() if record.is_file() else []
    if known and api.ask("GET", claim_path(known[0]), expect=(200, 404)).status == 200:
        count, replayed, warned = len(known), True, 0
    else:
        posted = post_file(api, path)
        count, replayed = len(posted.claims), posted.replayed
        warned = sum(1 for claim in posted.claims if claim.warnings)
        try:
            records.mkdir(parents=True, exist_ok=True)
            record.write_text("\n".join(claim.id for claim in posted.claims))
        except OSError as error:
            raise BadInput(f"{record} cannot be written: {reason(error)}.") from error
    if replayed:
        done.already_there += count
        say(f"{path.name}: {counted(count, 'claim')} already there: posted before, nothing added")
        return
    done.stored += count
    done.with_warnings += warned
    warning = f", {warned:,} of them with a warning" if warned else ""
    say(f"{path.name}: {counted(count, 'claim')} stored by one POST{warning}")
