from collections.abc import Callable
from typing import Any

import pytest

from auth import log_in, request_password_reset
from tests.unit import dynamodb_faults
from tests.unit.auth.conftest import PASSWORD, add_user, answered, items, mails


def asked(email: str) -> dict[str, Any]:
    return answered(request_password_reset.handler, "request_password_reset", body={"email": email})


def test_every_address_gets_the_same_answer_for_the_same_calls(aws: object) -> None:
    known = [add_user().email, add_user(active=False).email, add_user(password="").email]
    answers, calls = [], []
    for email in (*known, "nobody@example.com"):
        with dynamodb_faults.injected() as faults:
            answer = asked(email)
        answers.append((answer["statusCode"], answer["body"], answer["headers"]))
        calls.append([request.operation for request in faults.requests])
    assert [answer == answers[0] for answer in answers] == [True] * 4
    assert answers[0][0] == 204
    assert calls == [["UpdateItem", "UpdateItem"]] * 4
    assert [mail["email"] for mail in mails()] == [*known, "nobody@example.com"]
    assert items("LINK") == []


def test_an_address_is_asked_for_in_its_one_form(aws: object) -> None:
    asked(" Ada@BÜCHER.example ")
    [mail] = mails()
    assert (mail["kind"], mail["email"]) == ("reset", "ada@xn--bcher-kva.example")
    assert mail["requestId"]


@pytest.mark.parametrize("body", [{}, {"email": "ada"}, {"email": "ada@example.com", "user_id": "u-1"}, []])
def test_what_is_no_address_is_bad_input(aws: object, body: object) -> None:
    answer = answered(request_password_reset.handler, "request_password_reset", body=body)
    assert answer["statusCode"] == 400
    assert mails() == []


def test_an_e_mail_is_slowed_down_whether_it_is_known_or_not(clock: Callable[[float], None]) -> None:
    for email in (add_user().email, "nobody@example.com"):
        assert [asked(email)["statusCode"] for _ in range(4)] == [204] * 3 + [429]
        assert asked(email)["headers"]["RateLimit"] == '"forgotten";r=0;t=1'
    assert len(mails()) == 6
    clock(1)
    assert asked("nobody@example.com")["statusCode"] == 204
    assert asked("nobody@example.com")["headers"]["Retry-After"] == "2"


def test_an_address_that_asks_for_many_e_mails_is_slowed_down(clock: Callable[[float], None]) -> None:
    statuses = [asked(f"u{number}@example.com")["statusCode"] for number in range(22)]
    assert statuses == [204] * 20 + [429] * 2


def test_who_asks_for_links_holds_up_no_login(clock: Callable[[float], None]) -> None:
    user = add_user()
    for _ in range(5):
        asked(user.email)
    body = {"email": user.email, "password": PASSWORD}
    assert answered(log_in.handler, "log_in", body=body)["statusCode"] == 200


def test_no_e_mail_is_logged(aws: object, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]) -> None:
    asked("ada@example.com")
    logged = capsys.readouterr().out + str([vars(record) for record in caplog.records])
    assert "/auth/password/forgotten" in logged
    assert "ada@" not in logged
