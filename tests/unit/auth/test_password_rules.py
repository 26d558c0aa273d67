"""What a password may be."""

import unicodedata

import pytest

from auth import create_user, log_in
from auth.users.password_rules import is_like_email, new_password, password
from tests.unit.auth.conftest import add_user, called, logged_in
from tests.unit.conftest import Call


@pytest.mark.parametrize("chosen", ["x4 tQ..9", "é" * 256, "e\u0301" * 256, "👩‍⚕️ takes the stairs", "x" * 255 + " "])
def test_any_8_to_256_characters_are_a_password(chosen: str) -> None:
    assert new_password(chosen) == unicodedata.normalize("NFC", chosen)


@pytest.mark.parametrize("chosen", ["x4 tQ..", "e\u0301" * 7, "é" * 257, "e\u0301" * 257, "y" * 4096, "e\u0301" * 2048])
def test_fewer_or_more_characters_are_not(chosen: str) -> None:
    with pytest.raises(ValueError, match="characters"):
        new_password(chosen)


@pytest.mark.parametrize(
    "chosen", ["nul \x00 inside", "a tab\there it is", "line\nfeed in it", "\x7f delete \x7f", "c1 \x85 control"]
)
def test_control_characters_are_no_part_of_a_password(chosen: str) -> None:
    for check in (password, new_password):
        with pytest.raises(ValueError, match="control characters"):
            check(chosen)


@pytest.mark.parametrize("chosen", ["password", "PassWord", "12345678", "iloveyou", "football1"])
def test_the_commonest_passwords_cannot_be_set(chosen: str) -> None:
    with pytest.raises(ValueError, match="commonest"):
        new_password(chosen)


def test_ten_thousand_passwords_are_the_commonest() -> None:
    from zxcvbn.frequency_lists import FREQUENCY_LISTS

    listed = [each for each in FREQUENCY_LISTS["passwords"] if len(each) >= 8]
    refused = []
    for each in listed:
        try:
            new_password(each)
        except ValueError:
            refused.append(each)
    assert set(refused) == {each for each in FREQUENCY_LISTS["passwords"][:10_000] if len(each) >= 8}
    assert len(refused) < len(listed)


@pytest.mark.parametrize(
    ("chosen", "email", "alike"),
    [
        ("ada.lovelace", "ada.lovelace@example.com", True),
        ("Ada.Lovelace", "ada.lovelace@example.com", True),
        ("my ADA.lovelace 1", "ada.lovelace@example.com", True),
        ("ada@example.com", "ada@example.com", True),
        ("1 ada@EXAMPLE.com", "ada@example.com", True),
        ("cascadagrande", "ada@example.com", False),
        ("my dean is kind", "dean@example.com", True),
        ("example.com 17", "ada@example.com", False),
    ],
)
def test_a_password_is_not_like_the_e_mail(chosen: str, email: str, alike: bool) -> None:
    assert is_like_email(chosen, email) == alike


def test_both_normal_forms_log_in_alike(call: Call) -> None:
    admin = logged_in(add_user("admin"))["access_token"]
    composed, decomposed = ("a long café", "a long cafe\u0301")
    for number, (chosen, typed) in enumerate([(composed, decomposed), (decomposed, composed)]):
        new = {"email": f"x{number}@example.com", "password": chosen, "user_type": "patient"}
        assert called(create_user.handler, "create_user", admin, body=new)["statusCode"] == 201
        answer = call(log_in.handler, "auth/log_in", body={"email": new["email"], "password": typed})
        assert answer["statusCode"] == 200


@pytest.mark.parametrize(
    ("chosen", "status"),
    [("x" * 257, 400), ("x" * 4096, 400), ("a\x00b long", 400), ("x" * 256, 401), ("7 chars", 401)],
)
def test_a_login_with_a_password_that_nobody_has_fails_at_once(call: Call, chosen: str, status: int) -> None:
    answer = call(log_in.handler, "auth/log_in", body={"email": "ada@example.com", "password": chosen})
    assert answer["statusCode"] == status
    assert chosen not in answer["body"]
