"""The local stack itself: what it keeps, and what it brings back."""

import json
import time
import urllib.request
from typing import Any
from urllib.error import URLError
from urllib.parse import urlsplit

import psutil
import pytest
from redis import Redis

from localstack import aws, health, ports
from localstack.layout import REGION
from localstack.stack import Stack


def clients(stack: Stack) -> dict[str, Any]:
    url = stack.outputs()["aws_endpoint_url"]
    return {service: aws.client(service, url) for service in ("dynamodb", "s3", "sqs", "kms")}


def search(outputs: dict[str, Any], method: str, path: str, body: object = None) -> Any:
    data = None if body is None else json.dumps(body).encode()
    headers = {"Content-Type": "application/json"}
    request = urllib.request.Request(outputs["opensearch_url"] + path, data, headers, method=method)
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.load(answer)


def test_outputs_name_everything_a_client_needs(stack: dict[str, Any]) -> None:
    assert stack["api_url"].startswith(stack["aws_endpoint_url"])
    assert not stack["api_url"].endswith("/")
    assert stack["region"] == REGION
    assert {"plans"} <= stack["tables"].keys()
    assert {"email", "password"} == stack["admin"].keys()
    assert all(stack[name] for name in ("functions", "redis_url", "opensearch_url", "queues", "topics"))


def test_outputs_are_for_their_owner_only(running_stack: Stack) -> None:
    assert (running_stack.layout.folder / "outputs.json").stat().st_mode & 0o077 == 0


def test_up_again_finds_everything_running(running_stack: Stack) -> None:
    said: list[str] = []
    again = Stack(running_stack.layout.name, said.append)
    assert again.up() == running_stack.outputs()
    assert said == ["All servers are running, and the deployment is up to date."]


@pytest.mark.restarts
def test_down_and_up_keep_everything_on_another_port_too(running_stack: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    outputs = running_stack.outputs()
    before = clients(running_stack)
    before["dynamodb"].create_table(
        TableName="kept",
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
    )
    before["dynamodb"].put_item(TableName="kept", Item={"pk": {"S": "a"}})
    before["s3"].create_bucket(Bucket="kept")
    before["s3"].put_object(Bucket="kept", Key="a", Body=b"content")
    queue = before["sqs"].create_queue(QueueName="kept")["QueueUrl"]
    before["sqs"].send_message(QueueUrl=queue, MessageBody="message")
    key = before["kms"].create_key()["KeyMetadata"]["KeyId"]
    secret = before["kms"].encrypt(KeyId=key, Plaintext=b"plain")["CiphertextBlob"]
    search(outputs, "PUT", "/kept/_doc/a", {"name": "found"})
    port = urlsplit(outputs["aws_endpoint_url"]).port
    other = ports.any_free(set())
    try:
        running_stack.down()
        monkeypatch.setenv("AWS_PORT", str(other))
        moved = running_stack.up()
        assert moved == json.loads(json.dumps(outputs).replace(f"localhost:{port}/", f"localhost:{other}/")) | {
            "aws_endpoint_url": f"http://localhost:{other}"
        }
        is_read_by_a_function(clients(running_stack)["sqs"], moved["queues"]["ClaimTotals"])
        assert health.ask(moved["api_url"], "make") == "up"
        running_stack.down()
        monkeypatch.setenv("AWS_PORT", str(port))
        assert running_stack.up() == outputs
        after = clients(running_stack)
        assert after["dynamodb"].get_item(TableName="kept", Key={"pk": {"S": "a"}})["Item"] == {"pk": {"S": "a"}}
        assert after["s3"].get_object(Bucket="kept", Key="a")["Body"].read() == b"content"
        assert after["sqs"].receive_message(QueueUrl=queue)["Messages"][0]["Body"] == "message"
        assert after["kms"].decrypt(CiphertextBlob=secret)["Plaintext"] == b"plain"
        assert search(outputs, "GET", "/kept/_doc/a")["_source"] == {"name": "found"}
    finally:
        after = clients(running_stack)
        after["dynamodb"].delete_table(TableName="kept")
        after["s3"].delete_object(Bucket="kept", Key="a")
        after["s3"].delete_bucket(Bucket="kept")
        after["sqs"].delete_queue(QueueUrl=queue)
        search(outputs, "DELETE", "/kept")


def is_read_by_a_function(sqs: Any, queue: str) -> None:
    """Fail unless a message (of a claim that does not exist) leaves a queue within a minute."""
    sqs.send_message(QueueUrl=queue, MessageBody=json.dumps({"claims": [{"tenant": "nobody", "claimId": "none"}]}))
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    deadline = time.monotonic() + 60
    while any(int(n) for n in sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=names)["Attributes"].values()):
        assert time.monotonic() < deadline, f"no function reads from {queue}"
        time.sleep(0.1)


def test_a_killed_opensearch_comes_back_with_what_it_had(running_stack: Stack) -> None:
    outputs = running_stack.outputs()
    search(outputs, "PUT", "/killed/_doc/a", {"name": "found"})
    running_stack.kill("opensearch")
    with pytest.raises(URLError):
        search(outputs, "GET", "/killed/_doc/a")
    running_stack.start("opensearch")
    assert running_stack.outputs() == outputs
    assert search(outputs, "GET", "/killed/_doc/a")["_source"] == {"name": "found"}
    search(outputs, "DELETE", "/killed")


def test_a_killed_valkey_comes_back_empty_on_its_port(running_stack: Stack) -> None:
    url = running_stack.outputs()["redis_url"]
    with Redis.from_url(url) as before:
        before.set("stale", "answer")
    running_stack.kill("valkey")
    assert "valkey" not in running_stack.running()
    running_stack.up()
    with Redis.from_url(url) as after:
        assert after.get("stale") is None


def test_servers_listen_on_loopback_only(running_stack: Stack) -> None:
    processes = [running_stack.process(key).running() for key in running_stack.running()]
    sockets = [socket for process in processes if process for socket in process.net_connections("tcp")]
    listening = {socket.laddr[0].removeprefix("::ffff:") for socket in sockets if socket.status == psutil.CONN_LISTEN}
    assert listening == {"127.0.0.1"}
