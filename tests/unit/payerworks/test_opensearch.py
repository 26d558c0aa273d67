"""Calls of OpenSearch as its client sends them: their time limits, and what their failures say."""

import gzip
import json
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import urllib3
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.httpsession import URLLib3Session
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError, ReadTimeoutError

from ops.health import dependencies
from payerworks import opensearch
from payerworks.errors import Unavailable
from payerworks.opensearch import MARGIN_SECONDS, SECONDS, SERVER_SECONDS, bulk, hits, searching
from payerworks.times import begin_invocation
from search.indexes import index_targets
from search.indexes.index_targets import IndexTargets
from tests.unit.clock import Clock

ACTION = {"op": "delete", "id": "a", "routing": "a", "version": 1}
TARGETS = IndexTargets("things", lambda: {"settings": {}})


class Server:
    """What OpenSearch is asked: method, path, parameters and time limit of each request; it answers or fails.

    An index that is asked for does not exist.
    """

    def __init__(self) -> None:
        self.requests: list[tuple[str, str, dict[str, str], urllib3.Timeout]] = []
        self.bodies: list[Any] = []
        self.headers: list[Any] = []
        self.answer: bytes | Exception = b"{}"

    def urlopen(self, pool: Any, method: str, url: str, body: Any, *_: Any, timeout: Any = None, **more: Any) -> Any:
        parts = urlsplit(url)
        self.headers.append(more.get("headers", {}))
        self.bodies.append(body)
        params = {name: text for name, [text] in parse_qs(parts.query).items()}
        self.requests.append((method, parts.path, params, timeout or pool.timeout))
        if isinstance(self.answer, Exception):
            raise self.answer
        headers = {"content-type": "application/json"}
        return urllib3.HTTPResponse(self.answer, headers, 404 if method == "HEAD" else 200, preload_content=True)


@pytest.fixture
def server(environment: Callable[..., None], monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    environment(OPENSEARCH_ENDPOINT="http://127.0.0.1:9")
    asked = Server()
    monkeypatch.setattr(urllib3.HTTPConnectionPool, "urlopen", lambda *args, **options: asked.urlopen(*args, **options))
    opensearch.opensearch.cache_clear()
    yield asked
    opensearch.opensearch.cache_clear()


def test_opensearch_gives_up_a_bulk_before_its_client_does(server: Server) -> None:
    server.answer = b'{"items": [{"delete": {"_id": "a", "status": 200}}]}'
    bulk("things-write", [ACTION])
    [(method, path, params, limit)] = server.requests
    assert (method, path, params["require_alias"]) == ("POST", "/things-write/_bulk", "true")
    assert params["timeout"] == f"{SERVER_SECONDS}s"
    assert limit.total == SECONDS > SERVER_SECONDS


def test_opensearch_gives_up_each_change_of_an_index_before_its_client_does(server: Server) -> None:
    server.answer = b'{"things-000001": {"aliases": {}}, "things-000002": {"aliases": {}}}'
    TARGETS.add("things-000002")
    TARGETS.switch("things-000002")
    TARGETS.close_others("things-000002")
    index_targets.delete(["things-000001"])
    server.answer = b"{}"
    TARGETS.write_targets()
    is_change = {"PUT", "POST", "DELETE"}
    changes = [request for request in server.requests if request[0] in is_change and "/_refresh" not in request[1]]
    assert [(method, path) for method, path, *_ in changes] == [
        ("PUT", "/things-000002"),
        ("PUT", "/things-000002/_settings"),
        ("POST", "/_aliases"),
        ("POST", "/_aliases"),
        ("DELETE", "/things-000001"),
        ("PUT", "/things-000001"),
    ]
    for _, _, params, limit in changes:
        assert params == dict.fromkeys(("timeout", "cluster_manager_timeout"), f"{SERVER_SECONDS}s")
        assert limit.total == SECONDS


def test_an_index_that_is_not_written_to_any_more_does_not_hinder_the_others(server: Server) -> None:
    server.answer = b'{"things-000001": {}, "things-000002": {}}'
    assert TARGETS.close_others("things-000002") == ["things-000001"]
    action = {"index": "things-000001", "alias": TARGETS.write_alias("*"), "must_exist": False}
    assert json.loads(gzip.decompress(server.bodies[-1])) == {"actions": [{"remove": action}]}


def test_a_call_has_one_time_limit_for_connecting_and_reading(server: Server) -> None:
    server.answer = b'{"hits": {"hits": []}}'
    hits("things", {})
    assert server.requests[0][3].total == SECONDS


POOL: Any = urllib3.HTTPConnectionPool("127.0.0.1", 9)


@pytest.mark.parametrize(
    ("failure", "is_hanging"),
    [
        (ReadTimeoutError(POOL, "/", "read timed out"), True),
        (ConnectTimeoutError(POOL, "connect timed out"), True),
        (NewConnectionError(POOL, "refused"), False),
        (ConnectionResetError(), False),
    ],
)
def test_only_a_server_that_does_not_answer_hangs(server: Server, failure: Exception, is_hanging: bool) -> None:
    server.answer = failure
    with pytest.raises(Unavailable) as raised:
        hits("things", {})
    assert raised.value.is_hanging == is_hanging


@pytest.mark.parametrize(("status", "is_hanging"), [(503, True), (429, False)])
def test_an_index_without_a_primary_keeps_each_write_waiting(server: Server, status: int, is_hanging: bool) -> None:
    error = f'{{"items": [{{"delete": {{"_id": "a", "status": {status}, "error": {{"type": "t"}}}}}}]}}'
    server.answer = error.encode()
    with pytest.raises(Unavailable) as raised:
        bulk("things-write", [ACTION])
    assert raised.value.is_hanging == is_hanging


def test_no_call_begins_that_the_invocation_may_not_see_the_end_of(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = Clock(monkeypatch)
    server.answer = b'{"hits": {"hits": []}}'
    begin_invocation(clock.invocation(29))
    clock.hang(29 - SECONDS - MARGIN_SECONDS)
    hits("things", {})
    clock.hang(0.1)
    with pytest.raises(Unavailable), searching():
        raise AssertionError("there is no time for a call")
    assert len(server.requests) == 1


@pytest.mark.parametrize("signed", ["true", "false"])
@pytest.mark.parametrize("host", ["vpc-payer-abc.us-east-1.es.amazonaws.com", "search.payer.example", "10.0.0.7:9200"])
def test_a_setting_and_no_name_decides_whether_requests_are_signed(
    server: Server, environment: Callable[..., None], monkeypatch: pytest.MonkeyPatch, host: str, signed: str
) -> None:
    keys = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_DEFAULT_REGION": "us-east-1"}
    environment(**keys, OPENSEARCH_ENDPOINT=f"https://{host}", OPENSEARCH_SIGNED=signed)
    opensearch.opensearch.cache_clear()
    server.answer = b'{"hits": {"hits": []}}'
    hits("things", {"size": 1})
    sent = get_from_opensearch_by(monkeypatch)
    for headers in (server.headers[-1], sent):
        assert ("/us-east-1/es/aws4_request" in str(headers.get("Authorization"))) == (signed == "true")


def get_from_opensearch_by(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The headers with which the probe of the health asks."""
    sent: list[Any] = []

    def send(_: URLLib3Session, request: AWSPreparedRequest) -> AWSResponse:
        sent.append(dict(request.headers.items()))
        return AWSResponse(request.url, 404, {}, None)

    monkeypatch.setattr(URLLib3Session, "send", send)
    dependencies.get_from_opensearch("_cluster/health")
    return sent[0]
