"""`payerworks health`: whether the servers behind the API are up."""

from typing import Any

import typer

from payerworks_cli.api import Answer, Api
from payerworks_cli.errors import StackNotUp
from payerworks_cli.session import AsJson
from payerworks_cli.target import Target, find_deployment
from payerworks_cli.terminal import Terminal, command_terminal

PATH = "/health"


def health(*, target: Target, as_json: AsJson = False) -> None:
    """Show whether the servers behind the API are up; ends with 1 if one is down. Needs no login.

    Example: payerworks health --api-url https://api.example.com/prod
    """
    with command_terminal(as_json=as_json) as terminal, Api(find_deployment(target), terminal.note) as api:
        answer = api.ask("GET", PATH, expect=(200, 503))
        state = answer.parse(dict[str, Any])
        if as_json:
            print(answer.text)
            raise typer.Exit(0 if state.get("status") == "up" else 1)
        terminal.line(f"{api.deployment.api_url} is {state.get('status')}", style="bold")
        _show(state, answer, terminal)
        if state.get("status") != "up":
            raise StackNotUp(
                f"{api.deployment.api_url} is not well: {', '.join(_down(state)) or 'it does not say why'}."
            )


def _show(state: dict[str, Any], answer: Answer, terminal: Terminal) -> None:
    servers = state.get("dependencies")
    if not isinstance(servers, dict):
        answer.member("dependencies")
        servers = {}
    rows = [
        (name, *(_text(server.get(member)) for member in ("status", "latency_ms"))) for name, server in servers.items()
    ]
    terminal.table(("server", "status", "latency (ms)"), rows)
    others = [(name, value) for name, value in state.items() if name not in ("status", "dependencies")]
    terminal.pairs([(name.replace("_", " "), _text(value)) for name, value in others])


def _down(state: dict[str, Any]) -> list[str]:
    servers = state.get("dependencies", {})
    return [f"{name} is down" for name, server in servers.items() if server.get("status") == "down"]


def _text(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} {_text(each)}" for name, each in value.items())
    if isinstance(value, list):
        return ", ".join(map(_text, value)) or "none"
    return "unknown" if value is None else f"{value}"
