"""`payerworks plans get`: a plan as it is, or as it was."""

import shlex
from typing import Annotated, Any
from urllib.parse import quote

import typer

from payerworks_cli.answer import Answer
from payerworks_cli.api import Api
from payerworks_cli.errors import BadOption
from payerworks_cli.session import AsJson, show_answer
from payerworks_cli.shown_values import day
from payerworks_cli.target import Target
from payerworks_cli.terminal import Terminal


def plan_path(plan_id: str) -> str:
    """The path of a plan; an id may hold any character but slashes and control characters."""
    return f"/v1/plan/{quote(plan_id, safe='')}"


def get(
    plan_id: Annotated[str, typer.Argument(metavar="ID", help="The plan's id.")],
    version: Annotated[int | None, typer.Option(min=1, help="As it was in this version.")] = None,
    as_of: Annotated[str | None, typer.Option(metavar="TIME", help="As it was at this time (ISO 8601).")] = None,
    *,
    target: Target,
    as_json: AsJson = False,
) -> None:
    """Show a plan with its services; with --json exactly as it was sent.

    Example: payerworks plans get sbc-plan-7 --as-of 2026-01-31
    """
    params = {name: value for name, value in (("version", version), ("asOf", as_of)) if value is not None}
    path = plan_path(plan_id)

    def history(api: Api, terminal: Terminal) -> str:
        """Where the changes are of a plan that was deleted, or did not exist at that time; empty if it never did."""
        changes = api.items(f"{path}/history", dict[str, Any], limit=1, expect=(200, 404))
        look = terminal.command(f"plans history {shlex.quote(plan_id)}")
        return f"`{look}` shows its changes." if any(changes) else ""

    show_answer("GET", path, _show, target, as_json=as_json, if_missing=history, params=params)


def _show(answer: Answer, terminal: Terminal) -> None:
    plan = answer.json()
    if "objectId" not in plan:
        raise BadOption("No plan has this id: it is a word of the API's paths.")
    terminal.line(f"Plan {plan['objectId']}", style="bold")
    fields = [("type", plan["planType"]), ("organization", plan["_org"]), ("created", day(plan["creationDate"]))]
    fields += [("cost shares", "deductible {}, copay {}".format(*_amounts(plan["planCostShares"])))]
    terminal.pairs([*fields, ("ETag", answer.headers.get("ETag", "none"))])
    rows = [
        (service["linkedService"]["name"], *_amounts(service["planserviceCostShares"]))
        for service in plan["linkedPlanServices"]
    ]
    terminal.table(("service", "deductible", "copay"), rows, texts=("service",))


def _amounts(shares: dict[str, Any]) -> tuple[str, str]:
    copay = shares.get("copay")
    return f"{shares['deductible']:,}", "–" if copay is None else f"{copay:,}"
