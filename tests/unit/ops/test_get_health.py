import json
import socket
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import botocore.session
import pytest
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.exceptions import EndpointConnectionError
from botocore.httpsession import URLLib3Session
from moto.core.botocore_stubber import MockRawResponse
from moto.core.models import botocore_stubber

from ops import get_health
from ops.health.consumers import list_sources
from tests.unit.conftest import TEMPLATE, Call
from tests.unit.ops.conftest import Put

ARN = "arn:aws:{}:us-east-1:123456789012:{}"


class Lambda:
    """Lambda's list of event source mappings: those of the template, without a payment processor and OpenSearch."""

    def __init__(self) -> None:
        resources = TEMPLATE.template["Resources"].values()
        events = [event for each in resources for event in each.get("Properties", {}).get("Events", {}).values()]
        queues = [event["Properties"] for event in events if event["Type"] == "SQS"]
        tables = [event["Properties"]["Stream"] for event in events if event["Type"] == "DynamoDB"]
        arns = {ARN.format("sqs", each["Queue"]["GetAtt"].removesuffix(".Arn")): each for each in queues}
        streams = [f"table/{table['GetAtt'].removesuffix('.StreamArn')}/stream/2026-11-28" for table in tables]
        self.states = {arn: "Disabled" if "Enabled" in queue else "Enabled" for arn, queue in arns.items()}
        self.states |= dict.fromkeys([ARN.format("dynamodb", stream) for stream in streams], "Enabled")
        self.page = 100
        self.calls = 0
        self.up = True

    def answer(self, query: str) -> dict[str, Any]:
        if not self.up:
            raise EndpointConnectionError(endpoint_url="lambda")
        self.calls += 1
        start = int(parse_qs(query).get("Marker", ["0"])[0])
        found = [{"EventSourceArn": arn, "State": state} for arn, state in self.states.items()]
        page: dict[str, Any] = {"EventSourceMappings": found[start : start + self.page]}
        return page | ({"NextMarker": str(start + self.page)} if start + self.page < len(found) else {})


@pytest.fixture
def functions(aws: botocore.session.Session, monkeypatch: pytest.MonkeyPatch) -> Iterator[Lambda]:
    """Lambda, for requests without a client; SQS answers them as it answers clients, and nothing else does."""
    server = Lambda()

    def send(_: URLLib3Session, request: AWSPreparedRequest) -> AWSResponse:
        url = urlsplit(request.url)
        if url.netloc == "lambda.us-east-1.amazonaws.com":
            assert (request.method, url.path) == ("GET", "/2015-03-31/event-source-mappings/")
            assert "/lambda/aws4_request" in str(request.headers["Authorization"])
            body = json.dumps(server.answer(url.query))
            return AWSResponse(request.url, 200, {}, MockRawResponse(body))
        answer: AWSResponse | None = botocore_stubber("before-send", request)
        if answer is None:
            raise EndpointConnectionError(endpoint_url=request.url)
        return answer

    monkeypatch.setattr(URLLib3Session, "send", send)
    list_sources.cache_clear()
    yield server
    list_sources.cache_clear()


@pytest.fixture
def nothing_listens(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise ConnectionRefusedError

    monkeypatch.setattr(socket.socket, "connect", refuse)


def test_all_is_up_if_every_configured_server_answers(call: Call, functions: Lambda) -> None:
    answer = call(get_health.handler, "ops/get_health")
    assert answer["statusCode"] == 200
    dependencies = answer["json"]["dependencies"]
    assert answer["json"]["status"] == "up"
    for name in ("dynamodb", "sqs"):
        assert dependencies[name]["status"] == "up"
        assert dependencies[name]["latency_ms"] > 0
    assert dependencies["redis"] == dependencies["opensearch"] == {"status": "off", "latency_ms": None}


@pytest.mark.usefixtures("nothing_listens")
def test_a_server_that_does_not_answer_is_503(call: Call, functions: Lambda, environment: Callable[..., None]) -> None:
    environment(REDIS_URL="redis://127.0.0.1:1", OPENSEARCH_ENDPOINT="http://127.0.0.1:2")
    answer = call(get_health.handler, "ops/get_health")
    assert answer["statusCode"] == 503
    statuses = {name: each["status"] for name, each in answer["json"]["dependencies"].items()}
    assert statuses == {"dynamodb": "up", "redis": "down", "opensearch": "down", "sqs": "up"}
    assert answer["json"]["status"] == "down"


def test_a_table_that_does_not_answer_is_503(call: Call, environment: Callable[..., None]) -> None:
    environment(REQUESTS_TABLE="NoSuchTable")
    answer = call(get_health.handler, "ops/get_health")
    assert answer["statusCode"] == 503
    assert answer["json"]["dependencies"]["dynamodb"]["status"] == "down"


@pytest.mark.usefixtures("nothing_listens")
def test_it_reveals_no_host_and_no_secret(call: Call, environment: Callable[..., None]) -> None:
    environment(REDIS_URL="redis://user:secret@127.0.0.1:1", OPENSEARCH_ENDPOINT="http://127.0.0.1:2")
    body = call(get_health.handler, "ops/get_health")["body"]
    assert all(word not in body for word in ("secret", "127.0.0.1", "Table", "arn"))


def test_an_unknown_lag_is_null_and_not_a_failure(call: Call, functions: Lambda) -> None:
    answer = call(get_health.handler, "ops/get_health")
    assert answer["statusCode"] == 200
    assert answer["json"]["search"]["lag_ms"] is None


def test_without_opensearch_searches_read_the_tables_and_nothing_waits(call: Call, functions: Lambda, put: Put) -> None:
    put("SearchIndex", {"objectId": "1"})
    answer = call(get_health.handler, "ops/get_health")
    assert (answer["statusCode"], answer["json"]["status"]) == (200, "up")
    assert answer["json"]["search"] == {"engine": "dynamodb", "lag_ms": None, "waiting": None}


@pytest.mark.usefixtures("nothing_listens")
def test_waiting_changes_and_their_dead_letters_are_counted(
    call: Call, functions: Lambda, put: Put, environment: Callable[..., None]
) -> None:
    environment(OPENSEARCH_ENDPOINT="http://127.0.0.1:2")
    put("SearchIndex", {"objectId": "1"}, {"objectId": "2"})
    put("SearchIndexDeadLetters", {"objectId": "3"})
    search = call(get_health.handler, "ops/get_health")["json"]["search"]
    assert (search["engine"], search["waiting"]) == ("opensearch", 3)


def test_an_unknown_number_of_waiting_changes_is_503(
    call: Call, functions: Lambda, environment: Callable[..., None]
) -> None:
    environment(SEARCH_INDEX_QUEUE_URL="http://localhost:1/123456789012/SearchIndex")
    answer = call(get_health.handler, "ops/get_health")
    assert (answer["statusCode"], answer["json"]["status"]) == (503, "down")
    assert answer["json"]["dependencies"]["sqs"]["status"] == "down"
    assert answer["json"]["search"]["waiting"] is None


def test_the_consumer_of_every_queue_and_stream_is_reported(call: Call, functions: Lambda) -> None:
    consumers = call(get_health.handler, "ops/get_health")["json"]["consumers"]
    assert len(consumers) == len(functions.states)
    # There is neither a payment processor nor OpenSearch.
    for name in ("claim-payments", "search-index", "patient-index", "search-jobs"):
        assert consumers.pop(name) == "off"
    assert set(consumers.values()) == {"up"}


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("claim-totals", ARN.format("sqs", "ClaimTotals")),
        ("plan-changes", ARN.format("dynamodb", "table/PlansTable/stream/2026-11-28")),
    ],
)
@pytest.mark.parametrize("state", ["Disabled", "Disabling", "Deleting", None])
def test_a_queue_or_stream_without_a_consumer_is_503(
    call: Call, functions: Lambda, name: str, source: str, state: str | None
) -> None:
    del functions.states[source]
    functions.states |= {source: state} if state else {}
    answer = call(get_health.handler, "ops/get_health")
    assert (answer["statusCode"], answer["json"]["status"]) == (503, "down")
    assert [each for each, found in answer["json"]["consumers"].items() if found == "down"] == [name]


def test_payments_with_a_processor_need_a_consumer(
    call: Call, functions: Lambda, environment: Callable[..., None]
) -> None:
    environment(PAYMENT_PROCESSOR="sandbox")
    answer = call(get_health.handler, "ops/get_health")
    assert (answer["statusCode"], answer["json"]["consumers"]["claim-payments"]) == (503, "down")


@pytest.mark.parametrize(("endpoint", "state"), [("", "off"), ("http://127.0.0.1:2", "down")])
@pytest.mark.usefixtures("nothing_listens")
def test_without_opensearch_nobody_is_to_read_its_queues(
    call: Call, functions: Lambda, environment: Callable[..., None], endpoint: str, state: str
) -> None:
    environment(OPENSEARCH_ENDPOINT=endpoint)
    queues = {"search-index": "SearchIndex", "patient-index": "PatientIndex", "search-jobs": "SearchJobs"}
    assert {functions.states[ARN.format("sqs", queue)] for queue in queues.values()} == {"Disabled"}
    answer = call(get_health.handler, "ops/get_health")
    assert answer["statusCode"] == (200 if state == "off" else 503)
    assert {answer["json"]["consumers"][name] for name in queues} == {state}


def test_consumers_are_unknown_if_lambda_does_not_answer(call: Call, functions: Lambda) -> None:
    functions.up = False
    answer = call(get_health.handler, "ops/get_health")
    assert (answer["statusCode"], answer["json"]["status"]) == (200, "unknown")
    assert set(answer["json"]["consumers"].values()) == {"unknown"}


def test_consumers_are_found_on_every_page_among_those_of_others(call: Call, functions: Lambda) -> None:
    functions.states = {ARN.format("sqs", f"Others{number}"): "Enabled" for number in range(5)} | functions.states
    functions.page = 2
    assert call(get_health.handler, "ops/get_health")["json"]["status"] == "up"
    assert functions.calls == 10


def test_a_worker_asks_lambda_once_in_a_while_only(call: Call, functions: Lambda) -> None:
    for _ in range(3):
        assert call(get_health.handler, "ops/get_health")["json"]["status"] == "up"
    assert functions.calls <= 2  # two if the time to ask again came in between
