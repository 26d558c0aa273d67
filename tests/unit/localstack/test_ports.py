"""Servers get free ports and keep them; an error about a port in use names the port."""

import socket
from collections.abc import Iterator

import pytest

from localstack import endpoints, ports
from localstack.endpoints import port_for
from localstack.layout import Layout
from localstack.problem import StackProblem


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.socket() as server:
        server.bind((ports.HOST, 0))
        server.listen()
        yield server.getsockname()[1]


def test_a_port_that_is_listened_on_is_not_free(taken: int) -> None:
    assert not ports.is_free(taken)


def test_an_error_about_a_fixed_port_in_use_names_a_remedy(taken: int) -> None:
    with pytest.raises(StackProblem, match=rf"^Port {taken} is in use.*`make up AWS_PORT={taken + 1}`\.$"):
        ports.fixed(taken, "make")


def test_a_remembered_port_is_used_again() -> None:
    port = ports.any_free(set())
    assert port_for("valkey", Layout(), port, set()) == port


def test_a_remembered_port_that_was_taken_is_replaced(taken: int) -> None:
    assert port_for("valkey", Layout(), taken, set()) != taken


def test_the_aws_port_of_the_default_stack_is_the_one_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    port = ports.any_free(set())
    monkeypatch.setenv("AWS_PORT", str(port))
    assert port_for("aws", Layout(), 4566, set()) == port


def test_another_aws_port_for_a_running_emulator_is_refused_with_the_commands(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_PORT", "4700")
    with pytest.raises(StackProblem) as raised:
        endpoints.require_asked_port(4566, "make")
    assert str(raised.value) == (
        "The AWS emulator is running on port 4566: stop it with `make down`, "
        "then `make up AWS_PORT=4700` starts it on port 4700 with the same data."
    )


@pytest.mark.parametrize("asked", ["", "4566"])
def test_a_running_emulator_keeps_its_port(monkeypatch: pytest.MonkeyPatch, asked: str) -> None:
    monkeypatch.setenv("AWS_PORT", asked)
    assert endpoints.require_asked_port(4566, "make") is None  # type: ignore[func-returns-value]


@pytest.mark.parametrize("text", ["80", "seven", "70000", "-1"])
def test_an_invalid_aws_port_is_rejected(text: str) -> None:
    with pytest.raises(StackProblem, match=f"AWS_PORT={text}"):
        ports.parse(text)


def test_a_server_named_by_the_environment_is_not_started(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REDIS_URL", "redis://cache:6379/")
    endpoint = endpoints.external_endpoint("valkey")
    assert endpoint == endpoints.Endpoint("redis://cache:6379", external=True)
