"""Tokens of other issuers: whom they stand for, and how long the issuers' keys are used."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from auth import get_session, list_sessions, log_out, log_out_everywhere, verify_token
from auth.issuers import documents, issuer_keys
from auth.issuers.models import parsed
from auth.sessions.callers import caller_of
from auth.tokens.access_token import InvalidToken
from payerworks.errors import Unavailable
from tests.unit import dynamodb_faults
from tests.unit.auth.conftest import add_user, called, context_of, logged_in
from tests.unit.auth.oidc import FakeIssuer, ec_key, public_jwk, rsa_key

Clock = Callable[[float], None]
Configure = Callable[..., None]


@pytest.fixture
def issuer(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> FakeIssuer:
    issuer = FakeIssuer()
    issuer_keys.forget_copies()
    monkeypatch.setattr(documents, "fetch", issuer.fetch)
    return issuer


@pytest.fixture
def configure(environment: Callable[..., None], issuer: FakeIssuer) -> Configure:
    """Deploy the parameter with the issuer's entry, changed by what is given."""

    def change(**members: Any) -> None:
        environment(OIDC_ISSUERS=json.dumps([issuer.rule(**members)]))

    change()
    return change


@pytest.mark.parametrize("alg", ["RS256", "ES256"])
@pytest.mark.parametrize("typ", ["JWT", None, "at+jwt"])
def test_a_token_of_a_configured_issuer_opens_the_api(
    issuer: FakeIssuer, configure: Configure, alg: str, typ: str | None
) -> None:
    context = context_of(issuer.token(alg=alg, typ=typ))
    assert context is not None
    assert "POST /v1/plan" in context.pop("rights").split(",")
    user_id, session_id = context.pop("user_id"), context.pop("session_id")
    assert context == {"tenant": "acme", "user_type": "staff", "roles": "plans", "reference_id": ""}
    assert user_id.startswith("oidc-")
    assert session_id.startswith("oidc-")


def test_no_item_is_read_for_it(issuer: FakeIssuer, configure: Configure) -> None:
    with dynamodb_faults.injected() as faults:
        assert context_of(issuer.token()) is not None
    assert faults.requests == []


def test_without_the_parameter_no_issuer_is_asked(issuer: FakeIssuer) -> None:
    assert context_of(issuer.token()) is None
    assert issuer.fetched == []


def test_our_own_tokens_are_taken_as_before(issuer: FakeIssuer, configure: Configure) -> None:
    user = add_user("doctor")
    context = context_of(logged_in(user)["access_token"])
    assert context is not None
    assert context["user_id"] == user.user_id
    assert issuer.fetched == []


def test_a_user_is_the_same_in_each_token_and_another_at_another_issuer(
    issuer: FakeIssuer, configure: Configure, environment: Callable[..., None]
) -> None:
    one, later, other = caller_of(issuer.token()), caller_of(issuer.token(aud=["x", "another"])), issuer.token(sub="8")
    assert one.user_id == later.user_id != caller_of(other).user_id
    issuer.url = "https://other.example"
    issuer.discovery = {"issuer": issuer.url, "jwks_uri": f"{issuer.url}/keys"}
    configure()
    assert caller_of(issuer.token()).user_id != one.user_id


def test_claims_become_tenant_type_roles_and_reference(issuer: FakeIssuer, configure: Configure) -> None:
    configure(
        tenant={"claim": "tid", "map": {"directory-1": "acme"}},
        user_type={"claim": "kind", "map": {"dentist": "doctor", "clerk": "staff"}},
        roles={"claim": "groups", "map": {"g-1": "claims", "g-2": "plans"}},
        user_id="oid",
        reference_id={"claim": "npi"},
    )
    claims = {"tid": "directory-1", "kind": "clerk", "groups": ["g-9", "g-2", 7, "g-1"], "oid": "o-1", "npi": "123"}
    caller = caller_of(issuer.token(**claims, email="ada@example.com"))
    assert (caller.tenant, caller.user_type, caller.reference_id, caller.email) == (
        "acme",
        "staff",
        "123",
        "ada@example.com",
    )
    assert caller.roles == ("plans", "claims")
    assert caller_of(issuer.token(**claims | {"groups": "g-1"})).roles == ("claims",)
    assert caller_of(issuer.token(**claims | {"groups": None, "npi": 7})).roles == ()
    for wrong in ({"tid": "directory-2"}, {"tid": None}, {"tid": ["directory-1"]}, {"kind": "admin"}, {"oid": None}):
        with pytest.raises(InvalidToken, match=r"no tenant|no user type|wrong claim"):
            caller_of(issuer.token(**claims | wrong))


@pytest.mark.parametrize("email_verified", [False, "false"])
def test_an_e_mail_that_the_issuer_has_not_verified_stands_for_nobody(
    issuer: FakeIssuer, configure: Configure, email_verified: bool | str
) -> None:
    claims = {"email": "ada@example.com", "email_verified": email_verified}
    assert caller_of(issuer.token(**claims)).email == ""
    configure(roles={"claim": "email", "map": {"ada@example.com": "claims"}})
    assert caller_of(issuer.token(**claims)).roles == ()
    assert caller_of(issuer.token(**claims | {"email_verified": True})).roles == ("claims",)
    configure(user_id="email")
    assert caller_of(issuer.token(email="ada@example.com")).email == "ada@example.com"
    with pytest.raises(InvalidToken, match="wrong claim"):
        caller_of(issuer.token(**claims))


def test_a_claim_without_a_map_is_taken_as_it_is_if_it_can_be(issuer: FakeIssuer, configure: Configure) -> None:
    configure(tenant={"claim": "tenant"}, user_type={"claim": "type"}, roles={"claim": "roles"})
    caller = caller_of(issuer.token(tenant="beta", type="staff", roles=["audit", "root"]))
    assert (caller.tenant, caller.user_type, caller.roles) == ("beta", "staff", ("audit",))
    for wrong in ({"tenant": "a#b"}, {"tenant": "Beta"}, {"type": "root"}, {"type": ""}):
        with pytest.raises(InvalidToken):
            caller_of(issuer.token(**{"tenant": "beta", "type": "staff"} | wrong))


def test_no_e_mail_is_in_ids_or_the_log(
    issuer: FakeIssuer, configure: Configure, capsys: pytest.CaptureFixture[str]
) -> None:
    configure(user_id="email")
    context = context_of(issuer.token(email="ada@example.com"))
    assert "ada" not in str(context)
    assert "ada" not in capsys.readouterr().out


def test_what_needs_a_session_of_ours_says_so(issuer: FakeIssuer, configure: Configure) -> None:
    token = issuer.token()
    verdict = called(get_session.handler, "get_session", token)["json"]
    assert (verdict["valid"], verdict["user"]["user_type"], verdict["same_device"]) == (True, "staff", None)
    assert called(list_sessions.handler, "list_sessions", token)["json"]["items"] == []
    assert called(log_out.handler, "log_out", token)["statusCode"] == 409
    assert called(log_out_everywhere.handler, "log_out_everywhere", token)["statusCode"] == 409
    for each in (token, issuer.token(groups=["g" * 36] * 120)):
        assert called(verify_token.handler, "verify_token", token, body={"token": each})["json"]["valid"] is True


def test_the_clocks_may_differ_by_a_minute(issuer: FakeIssuer, configure: Configure, clock: Clock) -> None:
    token, early = issuer.token(), issuer.token(iat=issuer.claims()["iat"] + 59)
    assert context_of(early) is not None
    clock(659)
    assert context_of(token) is not None
    clock(2)
    assert context_of(token) is None


def test_keys_are_fetched_once_an_hour(issuer: FakeIssuer, configure: Configure, clock: Clock) -> None:
    for _ in range(3):
        caller_of(issuer.token())
    assert issuer.fetched == list(issuer.documents())
    clock(3599)
    caller_of(issuer.token())
    assert len(issuer.fetched) == 2
    clock(2)
    caller_of(issuer.token())
    assert len(issuer.fetched) == 4


def test_an_unknown_key_is_looked_for_once_a_minute_at_most(
    issuer: FakeIssuer, configure: Configure, clock: Clock
) -> None:
    caller_of(issuer.token())
    new = ec_key("new")
    issuer.keys.append(public_jwk(new, kid="ec-2"))
    for number in range(20):
        assert context_of(issuer.token(kid=f"unknown-{number}")) is None
    assert context_of(issuer.token(alg="ES256", by=new, kid="ec-2")) is None
    assert len(issuer.fetched) == 2
    clock(61)
    assert context_of(issuer.token(alg="ES256", by=new, kid="ec-2")) is not None
    assert len(issuer.fetched) == 4


def test_a_key_that_the_issuer_withdraws_is_refused_within_the_hour(
    issuer: FakeIssuer, configure: Configure, clock: Clock
) -> None:
    token = issuer.token(exp=issuer.claims()["iat"] + 7200)
    caller_of(token)
    del issuer.keys[0]
    clock(3601)
    assert context_of(token) is None
    assert context_of(issuer.token(alg="ES256")) is not None


def test_known_keys_serve_for_a_day_while_the_issuer_is_away(
    issuer: FakeIssuer, configure: Configure, clock: Clock
) -> None:
    caller_of(issuer.token())
    issuer.fails = True
    clock(24 * 3600 - 1)
    for _ in range(3):
        caller_of(issuer.token())
    assert len(issuer.fetched) == 3
    clock(2)
    for _ in range(3):
        with pytest.raises(Unavailable) as raised:
            caller_of(issuer.token())
        assert raised.value.headers["Retry-After"] == "60"
    assert len(issuer.fetched) == 3
    issuer.fails = False
    clock(60)
    caller_of(issuer.token())


def test_verify_token_is_503_while_nobody_knows(issuer: FakeIssuer, configure: Configure) -> None:
    issuer.fails = True
    caller = logged_in(add_user("admin"))["access_token"]
    answer = called(verify_token.handler, "verify_token", caller, body={"token": issuer.token()})
    assert answer["statusCode"] == 503


@pytest.mark.parametrize(
    "discovery",
    [
        {"issuer": "https://issuer.example/", "jwks_uri": "https://issuer.example/keys"},
        {"issuer": "https://evil.example", "jwks_uri": "https://issuer.example/keys"},
        {"issuer": "https://issuer.example", "jwks_uri": "http://issuer.example/keys"},
        {"issuer": "https://issuer.example", "jwks_uri": "http://127.0.0.1/keys"},
        {"issuer": "https://issuer.example", "jwks_uri": "file:///etc/passwd"},
        {"issuer": "https://issuer.example"},
        ["https://issuer.example"],
        None,
    ],
)
def test_a_discovery_that_is_not_the_issuers_is_not_followed(
    issuer: FakeIssuer, configure: Configure, discovery: Any
) -> None:
    issuer.discovery = discovery
    with pytest.raises(Unavailable):
        caller_of(issuer.token())
    assert len(issuer.fetched) == 1


@pytest.mark.parametrize("keys", [[{"keys": []}], {"keys": {}}, {"keys": []}, {}, None, "keys"])
def test_what_is_no_set_of_keys_is_a_failure_of_the_issuer(issuer: FakeIssuer, configure: Configure, keys: Any) -> None:
    issuer.key_set = keys
    with pytest.raises(Unavailable):
        caller_of(issuer.token())


def test_keys_of_other_kinds_and_uses_are_left_out(issuer: FakeIssuer, configure: Configure) -> None:
    weak = rsa_key("weak", 1024)
    issuer.keys += [
        public_jwk(weak, kid="weak"),
        public_jwk(issuer.rsa, kid="enc", use="enc"),
        public_jwk(issuer.rsa, kid="pss", alg="PS256"),
        public_jwk(issuer.ec, kid="curve", crv="P-384"),
        public_jwk(issuer.ec, kid="half") | {"y": ""},
        public_jwk(issuer.rsa),
        {"kty": "oct", "k": "c2VjcmV0", "kid": "oct"},
        {"kid": "nothing"},
        {"kty": "RSA", "kid": "empty"},
        "a text",
    ]
    caller_of(issuer.token())
    assert issuer_keys._copies[issuer.url].keys.keys() == {"rsa-1", "ec-1"}


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"issuer": "http://issuer.example"}, "https://"),
        ({"issuer": "https://user@issuer.example"}, "https://"),
        ({"issuer": "urn:payerworks:1:us-east-1:stack"}, "https://"),
        ({"issuer": "https://issuer.example?x"}, "https://"),
        ({"audiences": []}, "audiences"),
        ({"audiences": "plans-app"}, "audiences"),
        ({"tenant": "A"}, "tenant"),
        ({"tenant": {"claim": "t", "map": {"x": "A"}}}, "tenant"),
        ({"user_type": "root"}, "user_type"),
        ({"user_type": {"claim": "t", "map": {"x": "root"}}}, "user_type"),
        ({"roles": ["root"]}, "roles"),
        ({"roles": {"claim": "g", "map": {"x": "root"}}}, "roles"),
        ({"reference_id": "npi"}, "reference_id"),
        ({"secret": "x"}, "secret"),
    ],
)
def test_a_parameter_that_is_wrong_says_what_is(changes: dict[str, Any], reason: str) -> None:
    with pytest.raises(ValueError, match=f"OidcIssuers is not valid.*{reason}"):
        parsed(json.dumps([FakeIssuer().rule(**changes)]))


def test_the_parameter_is_a_list_of_different_issuers() -> None:
    rule = FakeIssuer().rule()
    for text in ("{", "{}", "[1]", json.dumps([rule, rule])):
        with pytest.raises(ValueError, match="OidcIssuers is not valid"):
            parsed(text)
    assert list(parsed(json.dumps([rule, rule | {"issuer": "http://127.0.0.1:8080"}])))[1] == "http://127.0.0.1:8080"
