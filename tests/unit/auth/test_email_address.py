"""All spellings of an e-mail are one account; what is no e-mail is refused."""

import pytest

from auth import log_in
from auth.users.email_address import email_address
from tests.unit.conftest import Call


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("ada@example.com", "ada@example.com"),
        (" Ada@EXAMPLE.Com ", "ada@example.com"),
        ("ada@bücher.example", "ada@xn--bcher-kva.example"),
        ("ada@BÜCHER.example", "ada@xn--bcher-kva.example"),
        ("ada@bu\u0308cher.example", "ada@xn--bcher-kva.example"),
        ("ada@XN--bcher-kva.example", "ada@xn--bcher-kva.example"),
        ("ada@straße.example", "ada@xn--strae-oqa.example"),
        ("ada@bücher。example", "ada@xn--bcher-kva.example"),
        ("jose\u0301@example.com", "josé@example.com"),
        ("a+b.c_d'e@localhost", "a+b.c_d'e@localhost"),
        (
            f"{'a' * 64}@{'b' * 63}.{'c' * 63}.{'d' * 63}.{'e' * 63}",
            f"{'a' * 64}@{'b' * 63}.{'c' * 63}.{'d' * 63}.{'e' * 63}",
        ),
    ],
)
def test_an_address_has_one_form(text: str, stored: str) -> None:
    assert email_address(text) == stored
    assert email_address(stored) == stored


BAD = [
    "ada",
    "@example.com",
    "ada@",
    "ada@b@example.com",
    "a da@example.com",
    "ada\u00a0b@example.com",
    "ada\u0000@example.com",
    "ada\u200b@example.com",
    "ada@exam ple.com",
    "ada@-example.com",
    "ada@example..com",
    "ada@example.com.",
    "ada@exa_mple.com",
    "ada@[127.0.0.1]",
    "ada@bü\u2028cher.example",
    "ada@\u0301.example",
    f"{'a' * 65}@example.com",
    f"{'é' * 33}@example.com",
    f"ada@{'b' * 64}.com",
    f"ada@{'ü' * 60}.com",
    f"ada@{'.'.join(['b' * 62] * 5)}",
    f"{'a' * 64}@{'b' * 256}",
]


@pytest.mark.parametrize("text", ["a@b@example.com", "@example.com", "a b@example.com", "a\u0000@example.com", "ada@"])
def test_what_is_no_address_has_no_form(text: str) -> None:
    with pytest.raises(ValueError, match=r"^must "):
        email_address(text)


@pytest.mark.parametrize("text", BAD)
def test_what_is_no_address_is_a_fault_that_quotes_nothing(call: Call, text: str) -> None:
    answer = call(log_in.handler, "auth/log_in", body={"email": text, "password": "any password"})
    assert answer["statusCode"] == 400
    assert [fault["pointer"] for fault in answer["json"]["errors"]] == ["/email"]
    assert text not in answer["body"]
