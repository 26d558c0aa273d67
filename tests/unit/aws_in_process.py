"""AWS in process (moto) as a template builds it: built once, and copied for every test in a twentieth of the time."""

import copy
import copyreg
import functools
import threading
from typing import Any

import pytest
from moto.backends import get_backend
from moto.dynamodb.models import DynamoDBBackend, Table

from tests.unit.template import Template

ACCOUNT = "123456789012"
SERVICES = ("dynamodb", "sqs", "sns", "s3", "kms", "secretsmanager")
"""Those that a template's resources are made in."""

Backends = dict[str, dict[str, Any]]

# A queue has one, and nobody waits for it: its copy is a new one.
copyreg.pickle(threading.Condition, lambda _: (threading.Condition, ()))


def build(template: Template) -> dict[str, str]:
    """Make the template's resources in an empty AWS; the variables that every function gets from `Globals`."""
    variables, backends = _built(template)
    put_back(backends)
    return variables


@functools.cache
def _built(template: Template) -> tuple[dict[str, str], Backends]:
    variables = template.build()
    return variables, kept()


def kept() -> Backends:
    """A copy of all that AWS has."""
    return copy.deepcopy({service: dict(get_backend(service)[ACCOUNT]) for service in SERVICES})


def put_back(backends: Backends) -> None:
    """Make AWS what it was."""
    for service, regions in copy.deepcopy(backends).items():
        get_backend(service)[ACCOUNT].update(regions)


def copy_tables_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have a transaction copy a table once, to undo it by; moto (5.2) does so for each of its up to 100 items."""
    transact, held = DynamoDBBackend.transact_write_items, threading.local()

    def with_copies(backend: DynamoDBBackend, items: list[dict[str, Any]]) -> None:
        held.copies = {}
        try:
            transact(backend, items)
        finally:
            del held.copies

    def copied(table: Table, memo: dict[int, Any]) -> Table:
        copies = getattr(held, "copies", {})
        if id(table) not in copies:
            copies[id(table)] = made = Table.__new__(Table)
            memo[id(table)] = made
            made.__dict__ = copy.deepcopy(table.__dict__, memo)
        return copies[id(table)]

    monkeypatch.setattr(DynamoDBBackend, "transact_write_items", with_copies)
    monkeypatch.setattr(Table, "__deepcopy__", copied, raising=False)
