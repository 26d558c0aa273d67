"""TOTP by the test vectors of RFC 6238, appendix B (their last six digits)."""

import base64
import time
import urllib.parse

import pytest

from auth.factors import totp

SECRET = base64.b32encode(b"12345678901234567890").decode()
VECTORS = {
    59: "287082",
    1111111109: "081804",
    1111111111: "050471",
    1234567890: "005924",
    2000000000: "279037",
    20000000000: "353130",
}


@pytest.mark.parametrize("seconds", VECTORS)
def test_the_codes_are_those_of_the_standard(monkeypatch: pytest.MonkeyPatch, seconds: int) -> None:
    monkeypatch.setattr(time, "time", lambda: float(seconds))
    assert totp.accepted_step(SECRET, VECTORS[seconds], 0) == seconds // 30


@pytest.mark.parametrize(("late", "accepted"), [(-60, False), (-30, True), (0, True), (30, True), (60, False)])
def test_one_step_of_delay_or_haste_is_tolerated(monkeypatch: pytest.MonkeyPatch, late: int, accepted: bool) -> None:
    monkeypatch.setattr(time, "time", lambda: 1111111109.0 + late)
    assert (totp.accepted_step(SECRET, "081804", 0) is not None) == accepted


def test_no_code_of_a_used_or_earlier_step_is_accepted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time, "time", lambda: 1111111109.0)
    step = 1111111109 // 30
    assert totp.accepted_step(SECRET, "081804", step - 1) == step
    assert totp.accepted_step(SECRET, "081804", step) is None
    assert totp.accepted_step(SECRET, "081804", step + 1) is None


@pytest.mark.parametrize("code", ["", "81804", "0081804", "０８１８０４", "08180é", "\x00", "x" * 64])
def test_what_is_no_code_is_not_accepted(monkeypatch: pytest.MonkeyPatch, code: str) -> None:
    monkeypatch.setattr(time, "time", lambda: 1111111109.0)
    assert totp.accepted_step(SECRET, code, 0) is None


def test_each_secret_has_160_random_bits() -> None:
    secrets = {totp.new_secret() for _ in range(100)}
    assert len(secrets) == 100
    assert {len(base64.b32decode(secret)) for secret in secrets} == {20}


def test_the_url_says_all_that_an_app_needs() -> None:
    url = urllib.parse.urlsplit(totp.otpauth_url(SECRET, "ada@example.com"))
    assert (url.scheme, url.netloc, urllib.parse.unquote(url.path)) == (
        "otpauth",
        "totp",
        "/Payerworks:ada@example.com",
    )
    assert dict(urllib.parse.parse_qsl(url.query)) == {
        "secret": SECRET,
        "issuer": "Payerworks",
        "algorithm": "SHA1",
        "digits": "6",
        "period": "30",
    }
