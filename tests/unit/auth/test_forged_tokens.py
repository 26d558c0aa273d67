"""Tokens that somebody made up, altered, or got for something else: all refused, with the reason in the log alone."""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Callable
from typing import Any

import botocore.session
import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from auth import authorize_token
from auth.issuers import documents, issuer_keys
from auth.tokens import key_rotation
from auth.tokens.access_token import TokenSubject, issue_token
from auth.tokens.token_keys import base64url, jwk, keys, sign, signing_key
from auth.users.repository import User
from tests.unit.auth.conftest import add_user, context_of, logged_in, stored
from tests.unit.auth.machines import add_machine, token_of
from tests.unit.auth.oidc import FakeIssuer, ec_key, rsa_key
from tests.unit.conftest import api_event


@pytest.fixture
def user(aws: botocore.session.Session) -> User:
    user = add_user("admin")
    logged_in(user)
    return stored(user)


def parts(user: User, header: dict[str, Any], claims: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The header and claims of a good token of a user, with changes; None omits a member."""
    now = int(time.time())
    good_header = {"typ": "at+jwt", "alg": "ES256", "kid": signing_key().kid}
    good = {
        "iss": "payerworks",
        "aud": "payerworks-api",
        "client_id": "payerworks-api",
        "sub": user.user_id,
        "iat": now,
        "nbf": now,
        "exp": now + 60,
        "jti": "1",
        "sid": next(iter(user.sessions)),
        "tenant": user.tenant,
    }
    changed = ((good_header | header), (good | claims))
    without = [{name: value for name, value in each.items() if value is not None} for each in changed]
    return without[0], without[1]


def made(user: User, header: dict[str, Any] | None = None, **claims: Any) -> str:
    """A token with changes, signed by our key."""
    text = ".".join(base64url(json.dumps(part).encode()) for part in parts(user, header or {}, claims))
    return f"{text}.{base64url(sign(signing_key(), text.encode()))}"


def refused_because(token: str, capsys: pytest.CaptureFixture[str]) -> str:
    """The reason in the log for which a token is refused; the answer does not have it."""
    capsys.readouterr()
    assert context_of(token) is None
    line = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert line["message"] == "token refused"
    return str(line["reason"])


LATER = 24 * 3600
"""More than a run of all tests takes, however busy the machine is."""
WRONG: list[tuple[str, dict[str, Any], dict[str, Any], str]] = [
    ("expired", {}, {"exp": int(time.time()) - 60}, "ExpiredSignatureError"),
    ("of no end", {}, {"exp": None}, "MissingRequiredClaimError"),
    ("not yet valid", {}, {"nbf": int(time.time()) + LATER}, "ImmatureSignatureError"),
    ("issued later", {}, {"iat": int(time.time()) + LATER}, "ImmatureSignatureError"),
    ("of another issuer", {}, {"iss": "someone else"}, "InvalidIssuerError"),
    ("of no issuer", {}, {"iss": None}, "MissingRequiredClaimError"),
    ("for another audience", {}, {"aud": "another-api"}, "InvalidAudienceError"),
    ("for no audience", {}, {"aud": None}, "MissingRequiredClaimError"),
    ("without jti", {}, {"jti": None}, "MissingRequiredClaimError"),
    ("without nbf", {}, {"nbf": None}, "MissingRequiredClaimError"),
    ("without client", {}, {"client_id": None}, "MissingRequiredClaimError"),
    ("for nobody", {}, {"sub": None}, "MissingRequiredClaimError"),
    ("for a number", {}, {"sub": 7}, "InvalidSubjectError"),
    ("of no tenant", {}, {"tenant": None}, "MissingRequiredClaimError"),
    ("of a list of tenants", {}, {"tenant": ["acme"]}, "wrong claim"),
    ("of another tenant", {}, {"tenant": "other"}, "session ended"),
    ("of no session", {}, {"sid": None}, "MissingRequiredClaimError"),
    ("of an empty session", {}, {"sid": ""}, "wrong claim"),
    ("of a session that there is not", {}, {"sid": "s-2"}, "session ended"),
    ("of another item", {}, {"sid": "../USER"}, "session ended"),
    ("an ID token", {"typ": "JWT"}, {}, "wrong type"),
    ("of no type", {"typ": None}, {}, "wrong type"),
    ("with an unknown key", {"kid": "another"}, {}, "unknown key"),
    ("without a key", {"kid": None}, {}, "unknown key"),
    ("with a path as its key", {"kid": "../../dev/null"}, {}, "unknown key"),
    ("with a statement as its key", {"kid": "x' UNION SELECT 'y"}, {}, "unknown key"),
    ("with an extension that must be understood", {"crit": ["exp"], "exp": 1}, {}, "InvalidTokenError"),
    ("with an empty list of extensions", {"crit": []}, {}, "InvalidTokenError"),
    ("with another algorithm", {"alg": "ES384"}, {}, "InvalidAlgorithmError"),
    ("with RSA", {"alg": "RS256"}, {}, "InvalidAlgorithmError"),
]


def test_a_token_is_good_without_a_change(user: User) -> None:
    assert context_of(made(user)) is not None


@pytest.mark.parametrize(("header", "claims", "reason"), [row[1:] for row in WRONG], ids=[row[0] for row in WRONG])
def test_a_token_that_our_key_signed_is_refused(
    user: User, capsys: pytest.CaptureFixture[str], header: dict[str, Any], claims: dict[str, Any], reason: str
) -> None:
    assert refused_because(made(user, header, **claims), capsys) == reason


def test_a_kid_that_is_no_text_is_refused(user: User, capsys: pytest.CaptureFixture[str]) -> None:
    for kid in (7, [], {"a": 1}):
        assert refused_because(made(user, {"kid": kid}), capsys) in ("InvalidTokenError", "DecodeError", "unknown key")


def test_a_token_without_a_signature_is_refused(user: User, capsys: pytest.CaptureFixture[str]) -> None:
    header, claims = parts(user, {"alg": "none"}, {})
    unsigned = jwt.encode(claims, None, algorithm="none", headers=header)
    assert refused_because(unsigned, capsys) == "InvalidAlgorithmError"
    for algorithm in ("None", "NONE", "nOnE"):
        text = ".".join(base64url(json.dumps(part).encode()) for part in ({**header, "alg": algorithm}, claims))
        assert refused_because(f"{text}.", capsys) == "InvalidAlgorithmError"
    good = made(user)
    assert refused_because(good.rpartition(".")[0] + ".", capsys) == "InvalidSignatureError"


def test_the_public_key_is_no_shared_secret(user: User, capsys: pytest.CaptureFixture[str]) -> None:
    key = jwk(signing_key())
    pem = jwt.PyJWK(dict(key)).key.public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    header, claims = parts(user, {"alg": "HS256"}, {})
    text = ".".join(base64url(json.dumps(part).encode()) for part in (header, claims))
    for secret in (pem, key["x"].encode(), json.dumps(key).encode(), base64.urlsafe_b64decode(key["x"] + "=")):
        signature = base64url(hmac.digest(secret, text.encode(), hashlib.sha256))
        assert refused_because(f"{text}.{signature}", capsys) == "InvalidAlgorithmError"


def test_a_key_that_the_token_brings_along_is_not_used(user: User, capsys: pytest.CaptureFixture[str]) -> None:
    own = ec.generate_private_key(ec.SECP256R1())
    public = json.loads(jwt.algorithms.ECAlgorithm.to_jwk(own.public_key()))
    brought: dict[str, Any] = {
        "jwk": public,
        "jku": "https://evil.example/jwks.json",
        "x5u": "https://evil.example/x5u",
    }
    header, claims = parts(user, brought, {})
    token = jwt.encode(claims, own, algorithm="ES256", headers=header)
    assert refused_because(token, capsys) == "InvalidSignatureError"
    foreign = jwt.encode(claims, own, algorithm="ES256", headers=header | {"kid": "own"})
    assert refused_because(foreign, capsys) == "unknown key"


def test_a_token_that_was_changed_is_refused(user: User, capsys: pytest.CaptureFixture[str]) -> None:
    head, claims, signature = made(user).split(".")
    _, changed, _ = made(user, tenant="other").split(".")
    assert refused_because(f"{head}.{changed}.{signature}", capsys) == "InvalidSignatureError"
    assert refused_because(f"{head}.{claims}.{'A' * len(signature)}", capsys) == "InvalidSignatureError"


def test_what_is_no_token_is_refused(user: User, capsys: pytest.CaptureFixture[str]) -> None:
    deep = base64url(b'{"a":' * 100_000)
    for token in ("a.b.c", "token", "ü.ü.ü", "..", f"{deep[:1000]}.{deep[:1000]}.x", "a" * 4096):
        assert refused_because(token, capsys) in ("DecodeError", "wrong type", "UnicodeEncodeError")
    assert refused_because("a" * 100_000, capsys) == "too long"


def test_a_refresh_token_is_no_access_token(user: User, capsys: pytest.CaptureFixture[str]) -> None:
    assert refused_because(logged_in(user)["refresh_token"], capsys) == "DecodeError"


def test_the_token_of_one_user_is_none_of_another(user: User, capsys: pytest.CaptureFixture[str]) -> None:
    other = add_user()
    logged_in(other)
    assert refused_because(made(user, sub=other.user_id), capsys) == "session ended"


def test_a_token_of_a_retired_key_is_refused(
    user: User, clock: Callable[[float], None], capsys: pytest.CaptureFixture[str]
) -> None:
    [old] = keys()
    header, claims = parts(user, {}, {"exp": int(time.time()) + 200_000})
    text = ".".join(base64url(json.dumps(part).encode()) for part in (header, claims))
    token = f"{text}.{base64url(sign(old, text.encode()))}"
    key_rotation.rotate()
    clock(key_rotation.WAIT_SECONDS + key_rotation.OVERLAP_SECONDS - 1)
    assert context_of(token) is not None
    clock(1)
    assert refused_because(token, capsys) == "unknown key"


def test_a_machines_token_is_none_of_a_user_nor_a_users_of_a_machine(
    user: User, capsys: pytest.CaptureFixture[str]
) -> None:
    machine = add_machine()
    sid = jwt.decode(token_of(machine), options={"verify_signature": False})["sid"]
    as_machine = {"sub": machine.client_id, "client_id": machine.client_id}
    assert context_of(made(user, **as_machine, sid=sid)) is not None
    assert refused_because(made(user, **as_machine), capsys) == "secret ended"
    assert refused_because(made(user, client_id=machine.client_id, sid=sid), capsys) == "client deleted"
    assert refused_because(made(user, sub=machine.client_id, sid=sid), capsys) == "session ended"
    assert refused_because(made(user, **as_machine, sid=sid, tenant="other"), capsys) == "client deleted"


@pytest.fixture
def issuers(
    user: User, environment: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> tuple[FakeIssuer, FakeIssuer]:
    """Two configured issuers."""
    one, other = FakeIssuer(), FakeIssuer("https://other.example")
    issuer_keys.forget_copies()
    monkeypatch.setattr(documents, "fetch", lambda url: (one if url.startswith(one.url) else other).fetch(url))
    environment(OIDC_ISSUERS=json.dumps([one.rule(), other.rule(tenant="beta", user_type="admin")]))
    return one, other


OF_ISSUERS: list[tuple[str, dict[str, Any], str]] = [
    ("for another audience", {"aud": "payerworks-api"}, "InvalidAudienceError"),
    ("for other audiences", {"aud": ["x", "y"]}, "InvalidAudienceError"),
    ("for no audience", {"aud": None}, "MissingRequiredClaimError"),
    ("expired", {"exp": int(time.time()) - 61}, "ExpiredSignatureError"),
    ("of no end", {"exp": None}, "MissingRequiredClaimError"),
    ("of no beginning", {"iat": None}, "MissingRequiredClaimError"),
    ("issued later", {"iat": int(time.time()) + LATER}, "ImmatureSignatureError"),
    ("not yet valid", {"nbf": int(time.time()) + LATER}, "ImmatureSignatureError"),
    ("for nobody", {"sub": None}, "wrong claim"),
    ("for a number", {"sub": 7}, "InvalidSubjectError"),
    ("for an empty name", {"sub": ""}, "wrong claim"),
    ("with an unknown key", {"kid": "another"}, "unknown key"),
    ("without a key", {"kid": None}, "unknown key"),
    ("with a path as its key", {"kid": "../../dev/null"}, "unknown key"),
    ("with the key of another kind", {"kid": "ec-1"}, "InvalidAlgorithmError"),
    ("signed by nobody's key", {"by": rsa_key("nobody")}, "InvalidSignatureError"),
    ("signed with PS256", {"alg": "PS256"}, "wrong algorithm"),
    ("signed with RS512", {"alg": "RS512"}, "wrong algorithm"),
]


def test_a_token_of_an_issuer_is_good_without_a_change(issuers: tuple[FakeIssuer, FakeIssuer]) -> None:
    contexts = [context_of(issuer.token()) or {} for issuer in issuers]
    assert [context["tenant"] for context in contexts] == ["acme", "beta"]


@pytest.mark.parametrize(("changes", "reason"), [row[1:] for row in OF_ISSUERS], ids=[row[0] for row in OF_ISSUERS])
def test_a_token_of_an_issuer_is_refused(
    issuers: tuple[FakeIssuer, FakeIssuer], capsys: pytest.CaptureFixture[str], changes: dict[str, Any], reason: str
) -> None:
    assert refused_because(issuers[0].token(**changes), capsys) == reason


def test_a_token_of_an_issuer_without_a_signature_is_refused(
    issuers: tuple[FakeIssuer, FakeIssuer], capsys: pytest.CaptureFixture[str]
) -> None:
    for algorithm in ("none", "None", "NONE"):
        head = base64url(json.dumps({"alg": algorithm, "kid": "rsa-1"}).encode())
        text = f"{head}.{base64url(json.dumps(issuers[0].claims()).encode())}"
        assert refused_because(f"{text}.", capsys) == "wrong algorithm"
    assert refused_because(issuers[0].token().rpartition(".")[0] + ".", capsys) == "InvalidSignatureError"


def test_an_issuers_public_key_is_no_shared_secret(
    issuers: tuple[FakeIssuer, FakeIssuer], capsys: pytest.CaptureFixture[str]
) -> None:
    public = issuers[0].rsa.public_key()
    pem = public.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    for secret in (pem, issuers[0].keys[0]["n"].encode(), json.dumps(issuers[0].keys[0]).encode()):
        parts_of = ({"alg": "HS256", "kid": "rsa-1", "typ": "JWT"}, issuers[0].claims())
        text = ".".join(base64url(json.dumps(part).encode()) for part in parts_of)
        signature = base64url(hmac.digest(secret, text.encode(), hashlib.sha256))
        assert refused_because(f"{text}.{signature}", capsys) == "wrong algorithm"


def test_one_issuer_cannot_sign_for_another(
    issuers: tuple[FakeIssuer, FakeIssuer], capsys: pytest.CaptureFixture[str]
) -> None:
    one, other = issuers
    assert refused_because(one.token(by=other.rsa), capsys) == "InvalidSignatureError"
    assert refused_because(one.token(iss=other.url), capsys) == "InvalidSignatureError"
    other.keys[0]["kid"] = "rsa-2"
    assert refused_because(one.token(by=other.rsa, kid="rsa-2"), capsys) == "unknown key"
    for iss in ("https://third.example", f"{one.url}/", [one.url], None):
        assert context_of(one.token(iss=iss)) is None


def test_what_our_key_signed_is_no_token_of_an_issuer_nor_the_other_way_round(
    user: User, issuers: tuple[FakeIssuer, FakeIssuer], capsys: pytest.CaptureFixture[str]
) -> None:
    one = issuers[0]
    headers: tuple[dict[str, Any], ...] = ({}, {"typ": "JWT"})
    for header in headers:
        assert refused_because(made(user, header, iss=one.url, aud="plans-app"), capsys) == "unknown key"
        forged = made(user, header | {"kid": "ec-1"}, iss=one.url, aud="plans-app")
        assert refused_because(forged, capsys) == "InvalidSignatureError"
    ours = parts(user, {}, {})[1]
    assert refused_because(one.token(**ours), capsys) == "wrong type"
    assert refused_because(one.token(**ours, typ="at+jwt", alg="ES256"), capsys) == "unknown key"
    by_them = one.token(**ours, typ="at+jwt", alg="ES256", kid=signing_key().kid)
    assert refused_because(by_them, capsys) == "InvalidSignatureError"


def test_a_key_that_an_issuers_token_brings_along_is_not_used(
    issuers: tuple[FakeIssuer, FakeIssuer], capsys: pytest.CaptureFixture[str]
) -> None:
    own = ec_key("brought")
    public = json.loads(jwt.algorithms.ECAlgorithm.to_jwk(own.public_key()))
    headers = {"kid": "own", "jwk": public, "jku": "https://evil.example/keys", "x5u": "https://evil.example"}
    token = jwt.encode(issuers[0].claims(), own, algorithm="ES256", headers=headers)
    assert refused_because(token, capsys) == "unknown key"
    assert not [url for url in issuers[0].fetched if "evil" in url]
    crit = jwt.encode(issuers[0].claims(), issuers[0].ec, "ES256", headers={"kid": "ec-1", "crit": ["exp"], "exp": 1})
    assert refused_because(crit, capsys) == "InvalidTokenError"


def test_what_is_no_token_is_refused_with_issuers_too(
    issuers: tuple[FakeIssuer, FakeIssuer], capsys: pytest.CaptureFixture[str]
) -> None:
    deep = base64url(b'{"a":' * 100_000)
    for token in ("a.b.c", "ü.ü.ü", "..", f"{deep[:1000]}.{deep[:1000]}.x", "a" * 4096):
        assert refused_because(token, capsys) in ("DecodeError", "UnicodeEncodeError")
    for token in ("a" * 100_000, issuers[0].token(padding="x" * 10_000)):
        assert refused_because(token, capsys) == "too long"
    assert issuers[0].fetched == []


def test_no_token_is_logged(user: User, capsys: pytest.CaptureFixture[str]) -> None:
    subject = TokenSubject(user.tenant, user.user_id, next(iter(user.sessions)))
    good, bad = issue_token(subject, 60), made(user, aud="another-api")
    assert context_of(good) is not None
    assert context_of(bad) is None
    logged = capsys.readouterr().out
    assert "InvalidAudienceError" in logged
    for token in (good, bad):
        assert token.split(".")[1] not in logged
        assert token.split(".")[2] not in logged


def test_a_refused_token_is_answered_without_a_reason(user: User, clock: Callable[[float], None]) -> None:
    event = api_event("auth/authorize_token")
    verdicts = [
        authorize_token.handler(event | {"authorizationToken": f"Bearer {token}"}, None)
        for token in (made(user, exp=1), made(user, aud="x"), made(user, sid="s-2"), "x")
    ]
    assert all(verdict == verdicts[0] for verdict in verdicts)
    assert verdicts[0]["context"] == {}
