"""Secrets of AWS Secrets Manager, read when first needed and kept for minutes; a rotation needs no deployment.

Why a rotation refuses nothing that was signed, in steps:
1. `put-secret-value` makes the new value AWSCURRENT and the value before it AWSPREVIOUS, in one step, and notes when.
2. A process reads a secret again after KEPT_SECONDS. It signs with a value only when that is SIGNS_AFTER seconds old,
   and until then with the previous one. So once anybody signs with a new value, everybody has read it.
       Stored at 12:00, read by A at 12:01 and by B at 12:05. At 12:06 A signs with the old value, which B takes; at
       12:11 with the new one, which B takes too. A forged token makes nobody read anything again.
3. Both values are accepted: what was signed with a value is taken until the second rotation after it.
4. While Secrets Manager does not answer, what is kept stays in use. It may lack a newer value, so what it does not
   accept is not refused but answered 503.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from payerworks.aws import client
from payerworks.errors import Unavailable
from payerworks.log import logger
from payerworks.settings import settings

KEPT_SECONDS = 300
"""For how long a process uses what it has read."""
SIGNS_AFTER = 2 * KEPT_SECONDS
"""The age from which a value signs: twice what it needs, for clocks that differ and reads that take long."""
REST_SECONDS = 5
"""How long Secrets Manager is not asked again after a failure."""


@dataclass(slots=True)
class _Copy:
    """What a process has read of a secret; times are seconds since 1970.

    previous  None: not read yet; empty: there is none
    is_old    Secrets Manager did not answer when the copy was to be read again
    """

    current: str = ""
    stored_at: float = 0.0
    read_again_at: float = 0.0
    previous: str | None = None
    is_old: bool = False


_copies: dict[str, _Copy] = {}


def forget_copies() -> None:
    """Have the next calls read the secrets."""
    _copies.clear()


def signing_secret() -> str:
    """What to sign with. Raises Unavailable."""
    arn = settings().signing_secret_arn
    copy = _copy_of(arn)
    if time.time() < copy.stored_at + SIGNS_AFTER:
        return _previous(arn, copy) or copy.current
    return copy.current


def accepted_secrets() -> Iterator[str]:
    """What a signature may be made with, each read when it is its turn.

    Raises Unavailable, also at the end if there may be a newer one: whoever finds none that fits does not refuse then.
    """
    arn = settings().signing_secret_arn
    copy = _copy_of(arn)
    yield copy.current
    if previous := _previous(arn, copy):
        yield previous
    if copy.is_old:
        raise _down()


def current_secret(arn: str) -> str:
    """The current value of a secret. Raises Unavailable."""
    return _copy_of(arn).current


def _copy_of(arn: str) -> _Copy:
    copy, now = _copies.setdefault(arn, _Copy()), time.time()
    if now >= copy.read_again_at:
        try:
            answer = _read(arn, "AWSCURRENT")
        except Unavailable:
            _rest(copy)
        else:
            stored_at = answer["CreatedDate"].timestamp()
            copy = _copies[arn] = _Copy(answer["SecretString"], stored_at, now + KEPT_SECONDS)
    if not copy.current:
        raise _down()
    return copy


def _previous(arn: str, copy: _Copy) -> str:
    """The value before the current one; empty if there is none. Raises Unavailable."""
    if copy.previous is None:
        if copy.is_old:
            raise _down()
        try:
            copy.previous = _read(arn, "AWSPREVIOUS").get("SecretString", "")
        except Unavailable:
            _rest(copy)
            raise
    return str(copy.previous)


def _rest(copy: _Copy) -> None:
    copy.is_old, copy.read_again_at = True, time.time() + REST_SECONDS


def _read(arn: str, stage: str) -> dict[str, Any]:
    """A version of a secret; empty if there is no AWSPREVIOUS, as before the first rotation. Raises Unavailable."""
    try:
        answer: dict[str, Any] = client("secretsmanager").get_secret_value(SecretId=arn, VersionStage=stage)
    except ClientError as error:
        code = error.response["Error"]["Code"]
        if (code, stage) == ("ResourceNotFoundException", "AWSPREVIOUS"):
            return {}
        logger().error("secret not read", extra={"code": code, "stage": stage})
        raise _down() from error
    except BotoCoreError as error:
        logger().error("secret not read", extra={"code": type(error).__name__, "stage": stage})
        raise _down() from error
    return answer


def _down() -> Unavailable:
    headers = {"Retry-After": str(REST_SECONDS)}
    return Unavailable("A secret of the service cannot be read right now; try again.", headers=headers)
