"""Send a plan, or a change of one, and show what the service stored."""

import shlex
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer

from payerworks_cli.answer import Answer
from payerworks_cli.api import Api
from payerworks_cli.errors import BadInput, advising
from payerworks_cli.headers import if_match_header
from payerworks_cli.local_files import JsonFile, shown_name
from payerworks_cli.terminal import Terminal, counted

PLANS = "/v1/plan"
JSON = "application/json"

PlanId = Annotated[str, typer.Argument(metavar="ID", help="The plan's id.")]
PlanFile = Annotated[Path, typer.Argument(metavar="FILE", help="A JSON file with the plan; - reads standard input.")]
IfMatch = Annotated[
    str | None,
    typer.Option(metavar="ETAG", help="Only if the plan still has this ETag, which `payerworks plans get` shows."),
]


def plan_id_of(file: JsonFile) -> str:
    """The id of the plan in a file. Raises BadInput."""
    plan_id = file.value.get("objectId") if isinstance(file.value, dict) else None
    if not isinstance(plan_id, str):
        raise BadInput(f"{shown_name(file.path)} is not a plan: it has no objectId.")
    return plan_id


def write_headers(media_type: str, if_match: str | None) -> dict[str, str]:
    """The headers of a write. An ETag may be given without its quotation marks."""
    return {"Content-Type": media_type} | if_match_header(if_match)


@contextmanager
def advising_etag(plan_id: str, terminal: Terminal) -> Iterator[None]:
    """A write within that is refused for its ETag, or for want of one, says which command shows the plan's."""
    look = terminal.command(f"plans get {shlex.quote(plan_id)}")
    with advising(412, 428, advice=lambda: f"`{look}` shows the plan and its ETag, which --if-match takes."):
        yield


def etag_of(api: Api, path: str) -> str:
    """The ETag of a plan before it is written; empty if there is none."""
    return api.ask("GET", path, expect=(200, 404)).headers.get("ETag", "")


def show_written(answer: Answer, verb: str, terminal: Terminal, *, as_json: bool, before: str = "") -> None:
    """The plan that a write answered, or its JSON as it came; `before` is the ETag that it had."""
    if as_json:
        print(answer.text)
        return
    plan: dict[str, Any] = answer.parse(dict[str, Any])
    services = counted(len(plan.get("linkedPlanServices", ())), "service")
    is_unchanged = before and answer.headers.get("ETag") == before
    terminal.line(f"Plan {plan.get('objectId')} {'is unchanged' if is_unchanged else verb}, with {services}")
    headers = (("ETag", "ETag"), ("change token", "Change-Token"))
    terminal.pairs([(name, answer.headers[header]) for name, header in headers if header in answer.headers])
    if "Change-Token" in answer.headers:
        terminal.line(f"To search after this write: {terminal.command('plans search --after TOKEN')}")
