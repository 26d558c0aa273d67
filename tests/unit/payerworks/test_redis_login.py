"""How a connection to Redis logs in: with a token that IAM knows, a secret, or what is in the URL; and TLS."""

import datetime
import socket
import ssl
import threading
import time
import urllib.parse
from collections.abc import Callable
from pathlib import Path

import botocore.session
import pytest
from botocore.model import ServiceId
from botocore.signers import RequestSigner
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from payerworks import redis_connection, redis_login, secret
from payerworks.aws import client
from payerworks.redis_connection import RedisCluster, RedisConnection, RedisDown
from tests.unit.payerworks.fake_redis import FakeRedis, serving


@pytest.fixture(autouse=True)
def _no_network() -> None:
    """Allow these tests to connect to loopback."""


def signed_by_botocore(url: str) -> str:
    """What botocore's own signer makes of a request to connect."""
    session = botocore.session.get_session()
    service, emitter = ServiceId("elasticache"), session.get_component("event_emitter")
    signer = RequestSigner(service, "us-east-1", "elasticache", "v4", session.get_credentials(), emitter)
    request = {"method": "GET", "url": url, "body": {}, "headers": {}, "context": {}}
    signed: str = signer.generate_presigned_url(request, "connect", expires_in=900, region_name="us-east-1")
    return signed


@pytest.mark.parametrize(
    ("cache", "more"),
    [("replicationgroup:payer", ""), ("serverlesscache:payer", "&ResourceType=ServerlessCache")],
)
def test_a_token_is_a_request_to_connect_presigned_for_15_minutes(
    aws: object, monkeypatch: pytest.MonkeyPatch, cache: str, more: str
) -> None:
    monkeypatch.setattr(
        "botocore.auth.get_current_datetime", lambda: datetime.datetime(2026, 11, 30, 1, 2, 3, tzinfo=datetime.UTC)
    )
    expected = signed_by_botocore(f"http://payer/?Action=connect&User=app{more}")
    assert redis_login.token(cache, "app") == expected.removeprefix("http://")
    params = urllib.parse.parse_qs(expected.partition("?")[2])
    assert (params["X-Amz-Expires"], params["X-Amz-Date"]) == (["900"], ["20261130T010203Z"])


def test_each_connection_has_a_token_of_its_own(
    aws: object, server: FakeRedis, environment: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[tuple[str, str]] = []

    def token(cache: str, user: str) -> str:
        made.append((cache, user))
        return f"token-{len(made)}"

    monkeypatch.setattr(redis_login, "token", token)
    environment(REDIS_URL=server.url.replace("//", "//app@"), REDIS_IAM_CACHE="serverlesscache:payer")
    connection = redis_connection.redis()
    assert connection is not None
    for _ in range(2):
        connection.call("PING")
        connection.call("PING")
        connection.close()  # as ElastiCache does after 12 hours
    assert made == [("serverlesscache:payer", "app")] * 2
    assert [words for words in server.asked if words[0] == b"AUTH"] == [
        [b"AUTH", b"app", b"token-1"],
        [b"AUTH", b"app", b"token-2"],
    ]


@pytest.mark.parametrize(("user", "words"), [("", [b"AUTH", b"p@:/ss"]), ("app@", [b"AUTH", b"app", b"p@:/ss"])])
def test_a_secret_is_the_password(
    aws: object, server: FakeRedis, environment: Callable[..., None], user: str, words: list[bytes]
) -> None:
    arn = client("secretsmanager").create_secret(Name="of-redis", SecretString="p@:/ss")["ARN"]
    environment(REDIS_URL=server.url.replace("//", f"//{user}"), REDIS_SECRET_ARN=arn, REDIS_IAM_CACHE="")
    connection = redis_connection.redis()
    assert connection is not None
    connection.call("PING")
    connection.close()
    assert server.asked == [words, [b"PING"]]


def test_a_password_that_was_rotated_opens_the_next_connection_after_minutes(
    aws: object, server: FakeRedis, environment: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    secrets = client("secretsmanager")
    arn = secrets.create_secret(Name="of-redis", SecretString="old")["ARN"]
    environment(REDIS_URL=server.url, REDIS_SECRET_ARN=arn, REDIS_IAM_CACHE="")
    connection = redis_connection.redis()
    assert connection is not None
    connection.call("PING")
    secrets.put_secret_value(SecretId=arn, SecretString="new")
    later = time.time() + secret.KEPT_SECONDS
    monkeypatch.setattr(time, "time", lambda: later)
    connection.call("PING")
    connection.close()
    connection.call("PING")
    connection.close()
    assert [words for words in server.asked if words[0] == b"AUTH"] == [[b"AUTH", b"old"], [b"AUTH", b"new"]]


def test_a_password_that_cannot_be_read_is_redis_that_is_down(
    aws: object, server: FakeRedis, environment: Callable[..., None]
) -> None:
    arn = "arn:aws:secretsmanager:us-east-1:123456789012:secret:nowhere-123456"
    environment(REDIS_URL=server.url, REDIS_SECRET_ARN=arn, REDIS_IAM_CACHE="")
    connection = redis_connection.redis()
    assert connection is not None
    with pytest.raises(RedisDown):
        connection.call("PING")
    assert server.asked == []


def test_every_node_of_a_cluster_is_logged_in_to(server: FakeRedis) -> None:
    with serving() as other:
        server.answers = [(b"+OK\r\n",), (b"-MOVED 5 %b\r\n" % other.url.removeprefix("redis://").encode(),)]
        cluster = RedisCluster(server.url.replace("//", "//app@"), lambda: "secret")
        assert cluster.call("GET", "key") == b"OK"
        assert cluster.call("GET", "key") == b"OK"
        cluster.close()
        assert [words[0] for words in server.asked] == [b"AUTH", b"GET"]
        assert other.asked == [[b"AUTH", b"app", b"secret"], [b"GET", b"key"], [b"GET", b"key"]]


def test_a_node_that_is_gone_is_not_asked_again_for_its_slots(server: FakeRedis) -> None:
    with serving() as other:
        server.answers = [(b"-MOVED 5 %b\r\n" % other.url.removeprefix("redis://").encode(),), (b"+OK\r\n",)]
        cluster = RedisCluster(server.url)
        assert cluster.call("GET", "key") == b"OK"
        cluster.close()
    with pytest.raises(RedisDown):
        cluster.call("GET", "key")
    assert cluster.call("GET", "key") == b"OK"  # a replica has taken over, as the first node knows
    cluster.close()


def test_a_cluster_that_redirects_for_ever_counts_as_down(server: FakeRedis) -> None:
    server.answers = [(b"-MOVED 5 :%b\r\n" % server.url.rpartition(":")[2].encode(),)]
    cluster = RedisCluster(server.url)
    cluster._nodes[f"127.0.0.1:{server.url.rpartition(':')[2]}"] = cluster._first
    with pytest.raises(RedisDown):
        cluster.call("GET", "key")
    assert 1 < len(server.asked) < 10
    cluster.close()


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A certificate of localhost with its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.datetime.now(datetime.UTC)
    builder = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    builder = builder.not_valid_before(now - datetime.timedelta(days=1)).not_valid_after(
        now + datetime.timedelta(days=1)
    )
    builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
    signed = builder.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    pem = serialization.Encoding.PEM
    file = tmp_path / "localhost.pem"
    file.write_bytes(
        key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + signed.sign(key, hashes.SHA256()).public_bytes(pem)
    )
    return file


@pytest.mark.parametrize("trusted", [True, False])
def test_tls_is_spoken_with_a_server_whose_certificate_is_trusted(
    certificate: Path, monkeypatch: pytest.MonkeyPatch, trusted: bool
) -> None:
    if trusted:
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with socket.create_server(("localhost", 0)) as listening:
        asked: list[bytes] = []

        def serve() -> None:
            connection, _ = listening.accept()
            with connection:
                try:
                    with context.wrap_socket(connection, server_side=True) as secure:
                        asked.append(secure.recv(100))
                        secure.sendall(b"+PONG\r\n")
                except OSError:
                    return

        thread = threading.Thread(target=serve)
        thread.start()
        client = RedisConnection(f"rediss://localhost:{listening.getsockname()[1]}")
        if trusted:
            assert client.call("PING") == b"PONG"
        else:
            with pytest.raises(RedisDown):
                client.call("PING")
        client.close()
        thread.join()
    assert asked == ([b"*1\r\n$4\r\nPING\r\n"] if trusted else [])
