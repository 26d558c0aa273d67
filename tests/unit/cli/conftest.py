"""The command is tried against a stand-in for the service, a real server on loopback."""

import socket
from typing import Any

import pytest


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """As for all unit tests, but loopback is open."""
    connect = socket.socket.connect

    def connect_to_loopback(self: socket.socket, address: Any) -> None:
        assert address[0] in ("127.0.0.1", "::1", "localhost"), "a unit test opened a connection to elsewhere"
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", connect_to_loopback)
