import json
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from botocore.stub import ANY, Stubber
from botocore.validate import ParamValidator

from auth import log_in, on_mail_due, reset_password
from auth.links import mails
from auth.users.repository import User
from payerworks.aws import client
from tests.unit.auth.conftest import add_user, answered, items
from tests.unit.auth.conftest import mails as queued
from tests.unit.paused_messages import batch, reported

SENDER = "accounts@example.com"
PAGE = "https://example.com/password"
NEW = "staple of four words"


class Ses:
    """Amazon SES in place of the service: what it was asked to send, and whether it does."""

    def __init__(self, stubber: Stubber) -> None:
        self.stubber = stubber
        self.sent: list[dict[str, Any]] = []

    def takes(self, number: int = 1) -> None:
        for _ in range(number):
            expected = {"FromEmailAddress": SENDER, "Destination": ANY, "Content": ANY}
            self.stubber.add_response("send_email", {"MessageId": "m-1"}, expected)

    def refuses(self) -> None:
        self.stubber.add_client_error("send_email", "MessageRejected", "Address grace@example.com is not verified")

    def texts(self) -> list[tuple[str, str, str]]:
        """Address, subject and text of each mail."""
        simple = [(mail["Destination"]["ToAddresses"], mail["Content"]["Simple"]) for mail in self.sent]
        return [(to[0], content["Subject"]["Data"], content["Body"]["Text"]["Data"]) for to, content in simple]


@pytest.fixture
def ses(aws: object, environment: Callable[..., None]) -> Iterator[Ses]:
    environment(MAIL_SENDER=SENDER, PASSWORD_PAGE_URL=PAGE)
    service = client("sesv2")
    with Stubber(service) as stubber:
        made = Ses(stubber)
        shape = service.meta.service_model.operation_model("SendEmail").input_shape

        def note(params: dict[str, Any], **_: object) -> None:
            # The clients of functions do not check parameters.
            assert not ParamValidator().validate(params, shape).has_errors()
            made.sent.append(json.loads(json.dumps(params)))

        service.meta.events.register("provide-client-params.sesv2.SendEmail", note)
        yield made
        service.meta.events.unregister("provide-client-params.sesv2.SendEmail", note)
        stubber.assert_no_pending_responses()


def delivered(*messages: dict[str, Any]) -> list[str]:
    return reported(on_mail_due.handler(batch(messages, "AuthMails"), None))


def due(user: User, kind: str = "reset") -> dict[str, Any]:
    """The message that the queue gets about a user."""
    if kind == "reset":
        mails.queue_reset(user.email, "request")
    else:
        mails.queue_invitation(user, "request")
    [message] = queued()
    return message


def test_a_user_gets_a_link_that_sets_a_password_within_half_an_hour(ses: Ses, clock: Callable[[float], None]) -> None:
    user = add_user()
    ses.takes(2)
    assert delivered(due(user)) == []
    assert delivered(due(user)) == []
    tokens = []
    for to, subject, text in ses.texts():
        assert (to, subject) == (user.email, "Set a new password")
        assert "within 30 minutes" in text
        tokens.append(text.split(f"{PAGE}#token=")[1].split("\n")[0])
    clock(30 * 60 - 1)
    bodies = [{"token": token, "new_password": NEW} for token in tokens]
    assert answered(reset_password.handler, "reset_password", body=bodies[1])["statusCode"] == 204
    assert answered(reset_password.handler, "reset_password", body=bodies[0])["statusCode"] == 400
    login = answered(log_in.handler, "log_in", body={"email": user.email, "password": NEW})
    assert login["statusCode"] == 200


def test_an_invited_user_gets_an_invitation_for_a_week(ses: Ses, clock: Callable[[float], None]) -> None:
    user = add_user(password="")
    ses.takes()
    assert delivered(due(user, "invitation")) == []
    [(to, subject, text)] = ses.texts()
    assert (to, subject) == (user.email, "Your new account")
    assert "within 7 days" in text
    clock(7 * 24 * 3600 - 1)
    body = {"token": text.split("#token=")[1].split("\n")[0], "new_password": NEW}
    assert answered(reset_password.handler, "reset_password", body=body)["statusCode"] == 204


def test_without_a_page_the_mail_has_the_token(ses: Ses, environment: Callable[..., None]) -> None:
    environment(PASSWORD_PAGE_URL="")
    ses.takes()
    delivered(due(add_user()))
    [(_, _, text)] = ses.texts()
    token = text.split("use this token:\n\n")[1].split("\n")[0]
    body = {"token": token, "new_password": NEW}
    assert answered(reset_password.handler, "reset_password", body=body)["statusCode"] == 204


def test_no_mail_goes_to_strangers_and_disabled_users(ses: Ses) -> None:
    stranger = {"kind": "reset", "email": "nobody@example.com", "requestId": "r", "queuedAt": int(time.time())}
    gone = {"kind": "invitation", "tenant": "acme", "userId": "nobody", "requestId": "r", "queuedAt": int(time.time())}
    disabled = due(add_user(active=False))
    assert delivered(stranger, gone, disabled) == []
    assert ses.sent == items("LINK") == []


def test_without_a_sender_no_link_is_made(ses: Ses, environment: Callable[..., None]) -> None:
    environment(MAIL_SENDER="")
    assert delivered(due(add_user()), due(add_user(), "invitation")) == []
    assert ses.sent == items("LINK") == []


def test_a_message_that_comes_too_late_is_dropped(ses: Ses, clock: Callable[[float], None]) -> None:
    reset, invitation = due(add_user()), due(add_user(), "invitation")
    clock(30 * 60)
    ses.takes()
    assert delivered(reset, invitation) == []
    assert [subject for _, subject, _ in ses.texts()] == ["Your new account"]


def test_a_mail_that_is_not_taken_fails_its_message_alone_and_names_nobody(
    ses: Ses, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    users = [add_user(email=f"grace{number}@example.com") for number in range(2)]
    messages = [due(user) for user in users]
    ses.refuses()
    ses.takes()
    assert delivered(*messages) == ["0"]
    logged = capsys.readouterr().out + str([vars(record) for record in caplog.records])
    assert "MessageRejected" in logged
    assert "@example.com" not in logged
    assert all(text.split("#token=")[1].split("\n")[0] not in logged for _, _, text in ses.texts())
    assert [to for to, _, _ in ses.texts()] == [user.email for user in users]
