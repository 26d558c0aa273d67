"""Create the plans of a folder, unless they are stored already."""

from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any

from payerworks_cli.api import Api
from payerworks_cli.errors import UnexpectedAnswer
from payerworks_cli.local_files import names_lines, read_json
from payerworks_cli.plans.get import plan_path
from payerworks_cli.terminal import Say, Terminal, counted

JSON = {"Content-Type": "application/json"}


class Outcome(Enum):
    """What the run did with a plan."""

    CREATED = "created"
    UNCHANGED = "unchanged"
    KEPT = "kept"


@dataclass(frozen=True)
class StoredPlan:
    """A plan as the service has it now, and what the run did with it."""

    plan_id: str
    document: dict[str, Any]
    outcome: Outcome
    change_token: str | None = None
    """The token of the write, if there was one: a search can wait for it."""

    @property
    def path(self) -> str:
        return plan_path(self.plan_id)


def store_plans(api: Api, files: list[Path], terminal: Terminal) -> list[StoredPlan]:
    """POST each plan. One that is stored with other content stays: a run never overwrites a later change."""
    with terminal.part("plans") as say:
        return [_store_plan(api, path, say) for path in files]


def _store_plan(api: Api, path: Path, say: Say) -> StoredPlan:
    file = read_json(path)
    sent = file.value
    with names_lines(file):
        answer = api.ask("POST", "/v1/plan", expect=(201, 409), content=file.content, headers=JSON)
    plan_id = str(sent.get("objectId"))
    stored: dict[str, Any] = api.ask("GET", plan_path(plan_id)).json()
    if answer.status == 201:
        if stored != sent:
            raise UnexpectedAnswer(f"Plan {plan_id} does not come back as it was sent in {path.name}.")
        services = counted(len(sent.get("linkedPlanServices", ())), "service")
        say(f"plan {plan_id} created with {services}")
        return StoredPlan(plan_id, stored, Outcome.CREATED, answer.headers.get("Change-Token"))
    if stored == sent:
        say(f"plan {plan_id} unchanged: it is stored already, the same as {path.name}")
        return StoredPlan(plan_id, stored, Outcome.UNCHANGED)
    say(f"plan {plan_id} differs from {path.name} and was left")
    return StoredPlan(plan_id, stored, Outcome.KEPT)
