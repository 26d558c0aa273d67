"""Attempts are limited exactly, whatever runs at once; the pauses grow; success forgets."""

from collections.abc import Callable

import pytest

from auth import log_in
from auth.limits import attempts
from auth.limits.attempts import Rule, address_subject, begin_attempt, forget_part, take_back
from payerworks import dynamodb
from payerworks.dynamodb import transact
from payerworks.errors import TooManyRequests
from tests.unit.auth.authenticator import log_in_with, login_options, registered
from tests.unit.auth.conftest import PASSWORD, add_user, answered, context_of, items, logged_in
from tests.unit.dynamodb_faults import error, injected
from tests.unit.interleaving import before_call

Clock = Callable[[float], None]
RULE = Rule("test", free=3, longest_pause=60, forgotten=600)


def wait_after_attempt(subject: str = "a") -> int:
    """Seconds until the next attempt may be made."""
    with pytest.raises(TooManyRequests) as refused:
        begin_attempt(RULE, subject)
    return int(refused.value.headers["Retry-After"])


def test_the_first_attempts_run_at_once_and_the_pauses_double(clock: Clock) -> None:
    for _ in range(3):
        begin_attempt(RULE, "a")
    waits = []
    for _ in range(9):
        waits.append(wait_after_attempt())
        clock(waits[-1])
        begin_attempt(RULE, "a")
    assert waits == [1, 2, 4, 8, 16, 32, 60, 60, 60]


def test_a_refused_attempt_is_not_counted(clock: Clock) -> None:
    for _ in range(3):
        begin_attempt(RULE, "a")
    assert [wait_after_attempt() for _ in range(5)] == [1] * 5


def test_a_subject_has_its_own_count(clock: Clock) -> None:
    for _ in range(3):
        begin_attempt(RULE, "a")
    begin_attempt(RULE, "b")
    begin_attempt(attempts.LOGIN, "a")
    wait_after_attempt()


def test_the_count_begins_again_after_a_quiet_time(clock: Clock) -> None:
    for _ in range(3):
        begin_attempt(RULE, "a")
    clock(601)
    for _ in range(3):
        begin_attempt(RULE, "a")
    assert wait_after_attempt() == 1


def test_a_success_takes_its_attempt_back_or_forgets_all(clock: Clock) -> None:
    for _ in range(3):
        begin_attempt(RULE, "a")
    take_back(RULE, "a")
    begin_attempt(RULE, "a")
    wait_after_attempt()
    transact([forget_part(RULE, "a")])
    begin_attempt(RULE, "a")
    for _ in range(5):
        take_back(RULE, "a")
    assert items("LIMIT")[0]["attempts"] == {"N": "0"}


@pytest.mark.parametrize("number", range(5))
def test_attempts_at_once_are_let_through_exactly_as_often(clock: Clock, number: int) -> None:
    """While one attempt is counted, ten others are."""
    outcomes: list[bool] = []

    def attempt() -> None:
        try:
            begin_attempt(RULE, "a")
        except TooManyRequests:
            outcomes.append(False)
        else:
            outcomes.append(True)

    def attempt_ten_times() -> None:
        for _ in range(10):
            attempt()

    for _ in range(2):
        with before_call("UpdateItem", attempt_ten_times, number=number):
            for _ in range(5):
                attempt()
        assert outcomes.count(True) == 3
        outcomes.clear()
        clock(601)


def test_a_refusal_says_when_to_try_again(clock: Clock) -> None:
    for _ in range(3):
        begin_attempt(RULE, "a")
    with pytest.raises(TooManyRequests) as refused:
        begin_attempt(RULE, "a")
    assert refused.value.headers == {
        "Retry-After": "1",
        "RateLimit-Policy": '"test";q=3;w=600',
        "RateLimit": '"test";r=0;t=1',
    }
    assert refused.value.detail == "Too many attempts; try again in 1 second."


def test_the_table_does_not_show_the_subject(clock: Clock) -> None:
    begin_attempt(RULE, "a password typed as an e-mail")
    assert "typed" not in str(items())


@pytest.mark.parametrize(
    ("address", "subject"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("", ""),
    ],
)
def test_an_address_of_ipv6_counts_with_its_network(address: str, subject: str) -> None:
    assert address_subject(address) == subject


def test_a_large_network_behind_one_address_may_try_more_often(clock: Clock, environment: Callable[..., None]) -> None:
    of_an_address = Rule("test-address", free=3, longest_pause=60, forgotten=600)
    environment(ADDRESS_ATTEMPTS_FACTOR="4")
    for _ in range(12):
        begin_attempt(of_an_address, "203.0.113.7")
    with pytest.raises(TooManyRequests):
        begin_attempt(of_an_address, "203.0.113.7")
    for _ in range(3):
        begin_attempt(RULE, "a")
    wait_after_attempt()


@pytest.mark.parametrize("by_passkey", [False, True])
def test_a_login_is_answered_though_its_attempt_cannot_be_taken_back(
    aws: object, monkeypatch: pytest.MonkeyPatch, by_passkey: bool
) -> None:
    user = add_user()
    authenticator = registered(logged_in(user)["access_token"])
    monkeypatch.setattr(dynamodb, "RETRY_SECONDS", 0.0)
    throttled = error("ThrottlingException")
    with injected() as faults:
        # The transaction of the login is the first; the updates before it count the attempt.
        faults.at("UpdateItem", 1 if by_passkey else 2, throttled)
        if by_passkey:
            answer = log_in_with(authenticator.get(login_options()))
        else:
            answer = answered(log_in.handler, "log_in", body={"email": user.email, "password": PASSWORD})
        assert [request.operation for request in faults.requests][-2:] == ["TransactWriteItems", "UpdateItem"]
    assert answer["statusCode"] == 200
    assert context_of(answer["json"]["access_token"]) is not None
