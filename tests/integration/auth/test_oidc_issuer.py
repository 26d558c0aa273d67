"""Tokens of an OIDC issuer that serves its documents on loopback, fetched as they are fetched from any issuer."""

import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from auth.issuers import documents, issuer_keys
from auth.issuers.documents import MAX_BYTES, IssuerFailed
from auth.issuers.external_caller import external_caller
from payerworks.errors import Unavailable
from payerworks.settings import settings
from tests.unit.auth.oidc import FakeIssuer


class Server(ThreadingHTTPServer):
    """Serves the documents of an issuer, and answers that it should not give."""

    issuer: FakeIssuer


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        issuer = self.server.issuer
        documents_of = issuer.documents()
        if self.path == "/silent":
            time.sleep(documents.SECONDS + 1)
        elif self.path == "/slow":
            self._begin(200)
            for _ in range(int(documents.SECONDS / 0.2) + 5):
                self.wfile.write(b" ")
                time.sleep(0.2)
        elif self.path == "/moved":
            self._begin(302, Location=f"{issuer.url}/keys")
        elif self.path == "/large":
            self._begin(200)
            self.wfile.write(json.dumps(["x" * MAX_BYTES]).encode())
        elif issuer.url + self.path in documents_of:
            issuer.fetched.append(self.path)
            self._begin(200)
            self.wfile.write(json.dumps(documents_of[issuer.url + self.path]).encode())
        else:
            self._begin(404)

    def _begin(self, status: int, **headers: str) -> None:
        self.send_response(status)
        for name, text in headers.items():
            self.send_header(name, text)
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - its name in the base class
        pass


@pytest.fixture
def issuer(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeIssuer]:
    """An issuer on loopback that is configured."""
    server = Server(("127.0.0.1", 0), Handler)
    server.handle_error = lambda *_: None  # type: ignore[method-assign]  # clients hang up, as they should
    issuer = server.issuer = FakeIssuer(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    monkeypatch.setenv("OIDC_ISSUERS", json.dumps([issuer.rule()]))
    settings.cache_clear()
    issuer_keys.forget_copies()
    yield issuer
    server.shutdown()
    server.server_close()
    thread.join()
    settings.cache_clear()
    issuer_keys.forget_copies()


def test_a_token_is_verified_by_the_keys_that_discovery_leads_to(issuer: FakeIssuer) -> None:
    for algorithm in ("RS256", "ES256"):
        caller = external_caller(issuer.token(alg=algorithm))
        assert caller is not None
        assert (caller.tenant, caller.user_type, caller.roles) == ("acme", "staff", ("plans",))
    assert issuer.fetched == ["/.well-known/openid-configuration", "/keys"]


@pytest.mark.parametrize("path", ["silent", "slow", "moved", "large", "nothing"])
def test_an_answer_that_is_late_large_moved_or_none_is_not_waited_for_nor_followed(
    issuer: FakeIssuer, path: str
) -> None:
    with pytest.raises(IssuerFailed):
        documents.fetch(f"{issuer.url}/{path}")
    issuer.discovery["jwks_uri"] = f"{issuer.url}/{path}"
    with pytest.raises(Unavailable):
        external_caller(issuer.token())


def test_an_issuer_that_is_not_there_is_unavailable(issuer: FakeIssuer, monkeypatch: pytest.MonkeyPatch) -> None:
    elsewhere = FakeIssuer("http://127.0.0.1:1")
    monkeypatch.setenv("OIDC_ISSUERS", json.dumps([elsewhere.rule()]))
    settings.cache_clear()
    with pytest.raises(Unavailable):
        external_caller(elsewhere.token())
