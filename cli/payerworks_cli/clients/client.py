"""A machine that calls the API, as commands read and show it."""

from typing import Annotated
from urllib.parse import quote

import typer
from pydantic import BaseModel

from payerworks_cli.answer import Answer
from payerworks_cli.terminal import Terminal

PATH = "/clients"

ClientId = Annotated[str, typer.Argument(metavar="ID", help="The client's id, as `payerworks clients list` shows it.")]


class Client(BaseModel, extra="allow"):
    """A client of POST /auth/token (RFC 6749, section 4.4); other members are kept."""

    client_id: str
    name: str = ""
    roles: list[str] = []


class NewSecret(Client):
    """A client with its secret, which is answered once."""

    client_secret: str


def client_path(client_id: str) -> str:
    """The path of a client in the API."""
    return f"{PATH}/{quote(client_id, safe='')}"


def show_secret(answer: Answer, terminal: Terminal) -> None:
    """The client of an answer, and its secret alone on the last line."""
    client = answer.parse(NewSecret)
    terminal.json(answer.json())
    terminal.line(f"Client {client.client_id}", style="bold")
    terminal.pairs([("name", client.name or "–"), ("roles", ", ".join(client.roles) or "–")])
    terminal.line("The secret, which is not shown again:")
    terminal.line(client.client_secret)
