"""A rotation of the keys: no good token is refused, none of a retired key is accepted, and no key is lost."""

import contextlib
import datetime
import json
from collections.abc import Callable, Iterator
from typing import Any

import botocore.session
import pytest
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.compat import HTTPHeaders
from botocore.exceptions import ClientError
from moto.core.botocore_stubber import MockRawResponse

from auth import get_public_keys, rotate_token_keys
from auth.tokens import key_list, key_rotation, token_keys
from auth.tokens.access_token import issue_token, verify_token
from auth.tokens.key_rotation import OVERLAP_SECONDS, WAIT_SECONDS, RotationRefused
from auth.users.repository import User
from payerworks.aws import client
from payerworks.errors import Unavailable
from payerworks.settings import settings
from payerworks.times import begin_invocation
from tests.unit.auth.conftest import add_user, answered, context_of, logged_in
from tests.unit.auth.machines import add_machine, token_of
from tests.unit.clock import Clock as PausedClock
from tests.unit.conftest import TEMPLATE
from tests.unit.dynamodb_faults import done_and_lost, injected
from tests.unit.interleaving import before_call

Clock = Callable[[float], None]


def rotated(**event: bool) -> list[dict[str, Any]]:
    keys: list[dict[str, Any]] = rotate_token_keys.handler(event, None)["keys"]
    return keys


def states(keys: list[dict[str, Any]] | None = None) -> list[str]:
    return [key["state"] for key in (rotated(list=True) if keys is None else keys)]


def published() -> list[str]:
    answer = answered(get_public_keys.handler, "get_public_keys")
    return [key["kid"] for key in answer["json"]["keys"]]


def kid_of(token: str) -> str:
    import jwt

    return str(jwt.get_unverified_header(token)["kid"])


def key_states() -> dict[str, str]:
    """The state of each key of KMS for signatures, by its id."""
    kms = client("kms")
    described = [kms.describe_key(KeyId=key["KeyId"])["KeyMetadata"] for key in kms.list_keys()["Keys"]]
    return {key["KeyId"]: key["KeyState"] for key in described if key["KeyUsage"] == "SIGN_VERIFY"}


@contextlib.contextmanager
def failing_kms(operation: str, code: str) -> Iterator[None]:
    """KMS that answers an operation with an error."""
    error = json.dumps({"__type": code, "message": code}).encode()

    def fail(request: AWSPreparedRequest, **_: object) -> AWSResponse:
        return AWSResponse(request.url, 400, HTTPHeaders(), MockRawResponse(error))

    events = client("kms").meta.events
    events.register_first(f"before-send.kms.{operation}", fail)
    try:
        yield
    finally:
        events.unregister(f"before-send.kms.{operation}", fail)


@pytest.fixture
def user(clock: Clock) -> User:
    return add_user("admin")


def test_before_the_first_rotation_the_templates_key_is_listed(user: User) -> None:
    [key] = rotated(list=True)
    assert (key["state"], key["ends"]) == ("signs", None)
    assert key["kid"] == kid_of(logged_in(user)["access_token"])
    assert key_list.read_keys() == ()


def test_a_new_key_is_published_before_it_signs(user: User, clock: Clock) -> None:
    [old] = published()
    new, kept = rotated()
    assert states([new, kept]) == ["waits", "signs"]
    assert published() == [new["kid"], old]
    assert kid_of(logged_in(user)["access_token"]) == old
    clock(WAIT_SECONDS - 1)
    assert kid_of(logged_in(user)["access_token"]) == old
    clock(1)
    assert kid_of(logged_in(user)["access_token"]) == new["kid"]
    assert states() == ["signs", "verifies"]


def test_the_wait_is_longer_than_any_copy_is_old(aws: botocore.session.Session) -> None:
    assert WAIT_SECONDS > get_public_keys.MAX_AGE_SECONDS + token_keys.COPY_SECONDS
    assert TEMPLATE.template["Parameters"]["AccessTokenSeconds"]["MaxValue"] == key_rotation.LONGEST_TOKEN_SECONDS


def test_the_longest_and_last_token_of_the_old_key_is_good_until_its_end(
    user: User, clock: Clock, environment: Callable[..., None]
) -> None:
    environment(ACCESS_TOKEN_SECONDS="86400")
    rotated()
    clock(WAIT_SECONDS - 1)
    last = logged_in(user)["access_token"]
    clock(86_400)
    assert states() == ["signs", "verifies"]
    assert verify_token(last).user_id == user.user_id
    clock(11)
    assert context_of(last) is None


def test_a_retired_key_is_neither_published_nor_accepted(user: User, clock: Clock) -> None:
    [old] = token_keys.keys()
    subject = verify_token(logged_in(user)["access_token"])
    new, kept = rotated()
    ends = datetime.datetime.fromisoformat(kept["ends"])
    assert (ends - datetime.datetime.fromisoformat(new["signs_from"])).total_seconds() == OVERLAP_SECONDS
    clock(WAIT_SECONDS + OVERLAP_SECONDS)
    assert states() == ["signs", "ended"]
    assert published() == [new["kid"]]
    # A token that the key would sign now, as only who holds a right to it could have it.
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(token_keys, "signing_key", lambda: old)
        forged = issue_token(subject, 60)
    assert kid_of(forged) == old.kid
    assert context_of(forged) is None


def test_a_process_with_an_old_copy_takes_tokens_of_the_new_key(user: User, clock: Clock) -> None:
    assert len(token_keys.keys()) == 1
    copy = (token_keys._copy.keys, token_keys._copy.read_at)
    rotated(now=True)
    token = logged_in(user)["access_token"]
    clock(token_keys.UNKNOWN_KEY_SECONDS + 1)
    # As another process still has it, which read the list a few seconds ago.
    token_keys._copy.keys, token_keys._copy.read_at = copy
    assert context_of(token) is not None


def test_an_old_copy_is_used_for_a_minute_at_most(user: User, clock: Clock) -> None:
    token = logged_in(user)["access_token"]
    copy = (token_keys._copy.keys, token_keys._copy.read_at)
    rotated(now=True)
    token_keys._copy.keys, token_keys._copy.read_at = copy
    assert context_of(token) is not None
    clock(token_keys.COPY_SECONDS + 1)
    assert context_of(token) is None


def test_a_rotation_is_refused_while_the_new_key_waits(user: User, clock: Clock) -> None:
    new, _ = rotated()
    made = key_states()
    with pytest.raises(RotationRefused, match="waits until") as refused:
        rotated()
    assert new["signs_from"] in str(refused.value)
    assert key_states() == made
    clock(WAIT_SECONDS)
    assert states(rotated()) == ["waits", "signs", "verifies"]


def test_after_a_leak_only_the_new_key_is_good_and_at_once(user: User, clock: Clock) -> None:
    token, machine = logged_in(user)["access_token"], add_machine()
    of_machine = token_of(machine)
    rotated()
    keys = rotated(now=True)
    assert states(keys) == ["signs", "ended", "ended"]
    assert published() == [keys[0]["kid"]]
    assert context_of(token) is None
    assert context_of(of_machine) is None
    assert context_of(logged_in(user)["access_token"]) is not None
    assert context_of(token_of(machine)) is not None


def test_ended_keys_leave_the_list_and_kms_but_not_the_templates(user: User, clock: Clock) -> None:
    [template] = key_states()
    rotated()
    clock(WAIT_SECONDS + OVERLAP_SECONDS)
    rotated()
    clock(WAIT_SECONDS + OVERLAP_SECONDS)
    assert states() == ["signs", "ended"]
    assert states(rotated()) == ["waits", "signs"]
    assert sorted(key_states().values()) == ["Enabled", "Enabled", "Enabled", "PendingDeletion"]
    assert key_states()[template] == "Enabled"


def test_a_new_key_is_one_that_the_functions_have_rights_to(aws: botocore.session.Session) -> None:
    rotated()
    new = key_list.read_keys()[0]
    kms = client("kms")
    tags = kms.list_resource_tags(KeyId=new.key_id)["Tags"]
    assert tags == [{"TagKey": "payerworks-token-issuer", "TagValue": settings().token_issuer}]
    policies = [
        kms.get_key_policy(KeyId=key_id, PolicyName="default")["Policy"]
        for key_id in (new.key_id, *settings().token_key_ids)
    ]
    assert policies[0] == policies[1]


def test_of_two_rotations_at_once_one_key_is_listed_and_none_is_lost(user: User, clock: Clock) -> None:
    [template] = key_states()
    for event in ({}, {"now": True}):
        with (
            before_call("PutItem", lambda: rotated(now=True)),
            pytest.raises(RotationRefused, match="Another rotation"),
        ):
            rotated(**event)
        listed = {key.key_id for key in key_list.read_keys()}
        enabled = {key for key, state in key_states().items() if state == "Enabled"}
        assert listed | {template} == enabled
        assert context_of(logged_in(user)["access_token"]) is not None


def test_a_rotation_whose_write_got_no_answer_is_done(
    aws: botocore.session.Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    with injected() as faults:
        faults.at("PutItem", 0, done_and_lost("PutItem"))
        assert states(rotated()) == ["waits", "signs"]
    assert len(key_list.read_keys()) == 2
    assert list(key_states().values()) == ["Enabled", "Enabled"]


def test_a_tag_that_gives_rights_only_later_is_waited_for(
    aws: botocore.session.Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    pauses: list[float] = []
    monkeypatch.setattr(key_rotation.time, "sleep", pauses.append)
    rotated(list=True)

    def deny(**_: object) -> None:
        if len(pauses) < 3:
            raise ClientError({"Error": {"Code": "AccessDeniedException", "Message": ""}}, "GetPublicKey")

    events = client("kms").meta.events
    events.register("before-call.kms.GetPublicKey", deny)
    try:
        assert states(rotated()) == ["waits", "signs"]
    finally:
        events.unregister("before-call.kms.GetPublicKey", deny)
    assert pauses == [1, 1, 1]


def test_a_tag_that_never_gives_rights_ends_the_rotation_in_time(
    aws: botocore.session.Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    rotated(list=True)
    paused = PausedClock(monkeypatch)
    begin_invocation(paused.invocation(30))
    with failing_kms("GetPublicKey", "AccessDeniedException"), pytest.raises(Unavailable, match="gives no right"):
        key_rotation.rotate()
    assert 0 < len(paused.pauses) < 30
    begin_invocation(None)


def test_a_rotation_that_died_long_ago_keeps_no_later_one_from_rotating(user: User, clock: Clock) -> None:
    for _ in range(2):
        rotated()
        clock(WAIT_SECONDS + OVERLAP_SECONDS + 1)
    ended = key_list.read_keys()[-1].key_id
    assert states() == ["signs", "ended"]
    with failing_kms("CreateKey", "KMSInternalException"), pytest.raises(ClientError):
        rotated()
    assert key_states()[ended] == "PendingDeletion"
    # KMS has deleted it since.
    with failing_kms("ScheduleKeyDeletion", "NotFoundException"):
        assert states(rotated()) == ["waits", "signs"]
    assert ended not in {key.key_id for key in key_list.read_keys()}


@pytest.mark.parametrize("event", [{"now": 1}, {"list": "yes"}, {"now": True, "list": True}, {"key": "x"}, [], None])
def test_another_event_changes_nothing(aws: botocore.session.Session, event: Any) -> None:
    with pytest.raises(ValueError, match="not valid"):
        rotate_token_keys.handler(event, None)
    assert key_list.read_keys() == ()
