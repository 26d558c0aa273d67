"""`payerworks health`: whether the servers behind the API are up."""

from typing import Any

import typer
from pydantic import BaseModel

from payerworks_cli.api import Api
from payerworks_cli.errors import StackNotUp
from payerworks_cli.session import AsJson
from payerworks_cli.target import Target, find_deployment
from payerworks_cli.terminal import Terminal, command_terminal

PATH = "/health"
WITHOUT_ENGINE = {
    "dynamodb": "from the tables, without a search engine: plans by id, type and amounts, services within one plan"
}
"""What searches are without OpenSearch, by what they read."""
SERVERS = {
    "dynamodb": "dynamodb (the tables)",
    "redis": "redis (the cache)",
    "opensearch": "opensearch (the search index)",
}


class Server(BaseModel):
    """A server that the API depends on."""

    status: str
    latency_ms: float | None = None


class Health(BaseModel, extra="allow"):
    """An answer of GET /health; other members are shown too."""

    status: str
    dependencies: dict[str, Server]
    consumers: dict[str, str] = {}
    search: dict[str, Any] = {}


def health(*, target: Target, as_json: AsJson = False) -> None:
    """Show whether all that the API depends on is up; ends with 1 if something is down. Needs no login.

    Example: payerworks health --api-url https://api.example.com/prod
    """
    with command_terminal(as_json=as_json) as terminal, Api(find_deployment(target), terminal.note) as api:
        answer = api.ask("GET", PATH, expect=(200, 503))
        state = answer.parse(Health)
        failure = ""
        if state.status == "down":
            failure = f"{api.deployment.api_url} is degraded: {', '.join(_down(state)) or 'it does not say why'}."
        terminal.json({"ok": False, "error": failure} | answer.json() if failure else answer.json())
        if failure and as_json:
            raise typer.Exit(1)
        _show(state, api.deployment.api_url, terminal)
        if failure:
            raise StackNotUp(failure)


def _show(state: Health, api_url: str, terminal: Terminal) -> None:
    terminal.line(f"{api_url} is {'degraded' if state.status == 'down' else state.status}", style="bold")
    rows = [(name, server.status, _text(server.latency_ms)) for name, server in state.dependencies.items()]
    terminal.table(("server", "status", "latency (ms)"), rows)
    if state.consumers:
        terminal.table(("queue", "consumer"), list(state.consumers.items()))
    others = [(name.replace("_", " "), _text(value)) for name, value in (state.model_extra or {}).items()]
    terminal.pairs([("search", _search(state.search)), *others])


def _down(state: Health) -> list[str]:
    servers = [
        f"{SERVERS.get(name, name)} does not answer"
        for name, server in state.dependencies.items()
        if server.status == "down"
    ]
    return servers + [f"nothing reads from {name}" for name, status in state.consumers.items() if status == "down"]


def _search(search: dict[str, Any]) -> str:
    """What searches read, and how far the index is behind the table."""
    if (engine := str(search.get("engine"))) in WITHOUT_ENGINE:
        return WITHOUT_ENGINE[engine]
    waiting, lag = search.get("waiting"), search.get("lag_ms")
    queue = "an unknown number of changes" if waiting is None else f"{waiting:,}" if waiting else "nothing"
    took = "" if lag is None else f"; the last change took {lag / 1000:.1f} s"
    return f"{queue} waiting{took}"


def _text(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} {_text(each)}" for name, each in value.items())
    if isinstance(value, list):
        return ", ".join(map(_text, value)) or "none"
    return "unknown" if value is None else f"{value}"
