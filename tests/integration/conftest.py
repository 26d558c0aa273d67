"""The deployed local stack, started for the tests unless it runs already."""

import json
import os
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from localstack.stack import Stack

STACK_NAME = os.environ.get("PAYERWORKS_TEST_STACK", "test")


@dataclass(frozen=True)
class Answer:
    """An answer of the API, whatever its status."""

    status: int
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True)
class Api:
    """Calls the deployed API; header names of answers are lower-case."""

    url: str
    headers: dict[str, str] = field(default_factory=dict, repr=False)  # keeps the token out of test output

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> Answer:
        """Send `body` as JSON (bytes as they are); `If_Match="x"` sends the header If-Match."""
        data = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
        sent = {"Content-Type": "application/json"} if data is not None else {}
        sent |= self.headers | {name.replace("_", "-"): value for name, value in headers.items()}
        request = urllib.request.Request(self.url + path, data, sent, method=method)
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return to_answer(answer.status, answer)
        except urllib.error.HTTPError as error:
            with error:
                return to_answer(error.code, error)

    def get(self, path: str, **headers: str) -> Answer:
        return self.call("GET", path, **headers)

    def post(self, path: str, body: Any, **headers: str) -> Answer:
        return self.call("POST", path, body, **headers)


def to_answer(status: int, answer: Any) -> Answer:
    return Answer(status, {name.lower(): value for name, value in answer.headers.items()}, answer.read())


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put late what restarts the emulator: functions start cold after it. Put last what looks at all other tests."""
    late = ("restarts", "last")
    items.sort(key=lambda item: [item.get_closest_marker(name) is not None for name in reversed(late)])


@pytest.fixture(scope="session")
def running_stack() -> Iterator[Stack]:
    """The tests' own stack, up and deployed, left afterwards as it was found. For one pytest process at a time."""
    if "PYTEST_XDIST_WORKER" in os.environ:
        pytest.exit("The integration tests share one stack and restart its servers: run them without -n.", returncode=2)
    stack = Stack(STACK_NAME)
    before = stack.running()
    try:
        stack.up()
        yield stack
    finally:
        stack.stop(*(stack.running() - before))


@pytest.fixture(scope="session")
def stack(running_stack: Stack) -> dict[str, Any]:
    """What the stack's outputs.json says."""
    return running_stack.outputs()


@pytest.fixture(scope="module")
def api(stack: dict[str, Any]) -> Api:
    """The API as its first administrator calls it; a token of an hour may not last for all modules."""
    anybody = Api(stack["api_url"])
    answer = anybody.post("/auth/login", stack["admin"])
    assert answer.status == 200, answer.body
    return Api(stack["api_url"], {"Authorization": f"Bearer {answer.json()['access_token']}"})
