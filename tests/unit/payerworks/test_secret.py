"""Secrets are read when first needed and kept; a rotation refuses nothing that was signed."""

import time
from collections.abc import Callable, Iterator
from typing import Any

import botocore.session
import pytest
from botocore.exceptions import ReadTimeoutError
from hypothesis import HealthCheck, example, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from payerworks import secret
from payerworks.aws import client
from payerworks.errors import Unavailable
from payerworks.settings import settings
from payerworks.signed import read_signed, write_signed

Wait = Callable[[float], None]


@pytest.fixture
def wait(aws: botocore.session.Session, monkeypatch: pytest.MonkeyPatch) -> Wait:
    """Let seconds pass; the stack is as new when the test begins."""
    passed = [time.time()]
    monkeypatch.setattr(time, "time", lambda: passed[0])

    def pass_by(seconds: float) -> None:
        passed[0] += seconds

    return pass_by


def rotate(value: str = "another secret") -> None:
    """What docs/runbook.md tells an operator to do."""
    client("secretsmanager").put_secret_value(SecretId=settings().signing_secret_arn, SecretString=value)


@pytest.fixture
def calls(aws: botocore.session.Session) -> Iterator[list[str]]:
    """The stages of the secrets that are read from now on."""
    stages: list[str] = []

    def note(params: dict[str, Any], **_: object) -> None:
        stages.append(params["VersionStage"])

    client("secretsmanager").meta.events.register("provide-client-params.secretsmanager.GetSecretValue", note)
    yield stages
    client("secretsmanager").meta.events.unregister("provide-client-params.secretsmanager.GetSecretValue", note)


@pytest.fixture
def down(aws: botocore.session.Session) -> Any:
    """Turn Secrets Manager off (True), and on again."""
    events = client("secretsmanager").meta.events

    def hang(**_: object) -> None:
        raise ReadTimeoutError(endpoint_url="")

    def turn(off: bool) -> None:
        (events.register if off else events.unregister)("before-send.secretsmanager.GetSecretValue", hang)

    yield turn
    turn(False)


def test_a_secret_is_read_when_first_needed_and_again_after_minutes(wait: Wait, calls: list[str]) -> None:
    wait(secret.SIGNS_AFTER)
    assert calls == []
    token = write_signed("a")
    assert read_signed(token) == "a"
    wait(secret.KEPT_SECONDS - 1)
    assert read_signed(token) == "a"
    assert calls == ["AWSCURRENT"]
    wait(1)
    write_signed("b")
    assert calls == ["AWSCURRENT"] * 2


def test_what_was_signed_is_taken_until_the_second_rotation(wait: Wait) -> None:
    token = write_signed("a")
    rotate()
    wait(secret.SIGNS_AFTER)
    assert read_signed(token) == "a"
    new = write_signed("a")
    assert new != token
    rotate("a third secret")
    wait(secret.SIGNS_AFTER)
    assert read_signed(new) == "a"
    with pytest.raises(ValueError, match="forged"):
        read_signed(token)


def test_forged_tokens_make_nobody_read_a_secret_again(wait: Wait, calls: list[str]) -> None:
    forged = write_signed("a")[:-4]
    calls.clear()
    for _ in range(5):
        with pytest.raises(ValueError, match="forged"):
            read_signed(forged)
    assert len(calls) <= 1


SOON = [(0, 0, "sign"), (0, 1, "sign"), (0, 0, "read")]
LATE = [(0, 0, "sign"), (298, 1, "sign"), (0, 0, "read")]


@example(events=SOON, rotated=1)
@example(events=LATE, rotated=1)
@hypothesis_settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    events=st.lists(
        st.tuples(st.sampled_from([0, 10, 280, 310]), st.integers(0, 2), st.sampled_from(["sign", "read"])),
        min_size=3,
        max_size=16,
    ),
    rotated=st.integers(0, 4),
)
def test_in_any_order_every_process_takes_what_any_has_signed(
    aws: botocore.session.Session,
    wait: Wait,
    monkeypatch: pytest.MonkeyPatch,
    events: list[tuple[int, int, str]],
    rotated: int,
) -> None:
    """Three processes sign and read at any time before, during and after a rotation."""
    wait(secret.SIGNS_AFTER)
    rotate("the first secret")
    wait(secret.SIGNS_AFTER)
    processes: list[dict[str, Any]] = [{}, {}, {}]
    tokens: list[str] = []
    for number, (seconds, process, kind) in enumerate(events):
        if number == rotated:
            rotate("the second secret")
        wait(seconds)
        monkeypatch.setattr(secret, "_copies", processes[process])
        if kind == "sign":
            tokens.append(write_signed(number))
        assert [read_signed(token) for token in tokens] == [
            number for number, (_, _, kind) in enumerate(events[: number + 1]) if kind == "sign"
        ]


def test_while_secrets_manager_is_down_what_is_kept_stays_in_use(wait: Wait, down: Any, calls: list[str]) -> None:
    wait(secret.SIGNS_AFTER)
    token = write_signed("a")
    down(True)
    wait(secret.KEPT_SECONDS)
    assert read_signed(token) == "a"
    assert write_signed("a") == token
    with pytest.raises(Unavailable):
        read_signed(token[:-4])
    assert calls == ["AWSCURRENT"] * 2
    wait(secret.REST_SECONDS)
    assert write_signed("a") == token
    assert calls == ["AWSCURRENT"] * 3
    down(False)
    wait(secret.REST_SECONDS)
    rotate()
    assert read_signed(token) == "a"


def test_a_copy_that_may_be_old_refuses_nothing(wait: Wait, down: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    wait(secret.SIGNS_AFTER)
    with pytest.raises(ValueError, match="forged"):
        read_signed(write_signed("a")[:-4])
    kept = secret._copies
    rotate()
    wait(secret.SIGNS_AFTER)
    monkeypatch.setattr(secret, "_copies", {})
    token = write_signed("a")
    monkeypatch.setattr(secret, "_copies", kept)
    down(True)
    with pytest.raises(Unavailable) as raised:
        read_signed(token)
    assert raised.value.headers == {"Retry-After": "5"}
    down(False)
    wait(secret.REST_SECONDS)
    assert read_signed(token) == "a"


def test_without_a_copy_nothing_is_signed_while_secrets_manager_is_down(
    wait: Wait, down: Any, calls: list[str]
) -> None:
    down(True)
    for _ in range(3):
        with pytest.raises(Unavailable, match="cannot be read"):
            write_signed("a")
    assert calls == ["AWSCURRENT"]
    down(False)
    wait(secret.REST_SECONDS)
    assert read_signed(write_signed("a")) == "a"


def test_the_reason_why_a_secret_cannot_be_read_is_logged(aws: object, caplog: pytest.LogCaptureFixture) -> None:
    client("secretsmanager").delete_secret(SecretId=settings().signing_secret_arn)
    with pytest.raises(Unavailable):
        write_signed("a")
    [line] = map(vars, caplog.records)
    assert (line["message"], line["code"], line["stage"]) == (
        "secret not read",
        "InvalidRequestException",
        "AWSCURRENT",
    )
