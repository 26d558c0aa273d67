from collections.abc import Callable

import botocore.session
import pytest

from auth import reset_user_mfa
from auth.passkeys import passkey_repository
from auth.sessions.session_repository import MOST_SESSIONS
from auth.users.repository import User
from payerworks.dynamodb import TRANSACTION_ITEMS
from tests.unit.auth.conftest import add_user, called, context_of, items, logged_in, stored
from tests.unit.auth.passkeys import stored_passkey
from tests.unit.auth.second_factors import code_of, confirmed, login
from tests.unit.interleaving import before_call


@pytest.fixture
def admin(aws: botocore.session.Session) -> str:
    """A token of an administrator."""
    token: str = logged_in(add_user("admin"))["access_token"]
    return token


def reset(token: str, user: User) -> int:
    answer = called(reset_user_mfa.handler, "reset_user_mfa", token, path={"id": user.user_id})
    return int(answer["statusCode"])


def test_who_lost_the_second_factor_logs_in_with_the_password_again(admin: str) -> None:
    user = add_user()
    token = logged_in(user)["access_token"]
    confirmed(token)
    stored_passkey(user, "a")
    assert login(user)["statusCode"] == 401
    assert [reset(admin, user) for _ in range(2)] == [204, 204]
    assert (context_of(token), stored(user).factor) == (None, None)
    assert items("PASSKEY#") == items("CREDENTIAL") == []
    new = login(user)["json"]["access_token"]
    enrolment = confirmed(new)
    assert login(user)["statusCode"] == 401
    assert login(user, otp=code_of(enrolment["secret"], 1))["statusCode"] == 200


def test_who_needs_a_second_factor_can_only_enrol_a_new_one(admin: str, environment: Callable[..., None]) -> None:
    environment(MFA_REQUIRED="staff")
    user = add_user("staff", ["claims"])
    confirmed(login(user)["json"]["access_token"])
    assert reset(admin, user) == 204
    assert login(user)["json"]["mfa_enrolment_required"] is True


def test_a_passkey_that_is_added_meanwhile_goes_too(admin: str) -> None:
    user = add_user()
    with before_call("TransactWriteItems", lambda: stored_passkey(user, "a")):
        assert reset(admin, user) == 204
    assert passkey_repository.list_passkeys(user) == []


def test_however_many_sessions_and_passkeys_a_user_has_they_fit_a_transaction() -> None:
    assert 1 + MOST_SESSIONS + 2 * passkey_repository.MAX_PASSKEYS <= TRANSACTION_ITEMS


def test_administrators_do_not_reset_their_own(aws: botocore.session.Session) -> None:
    own = add_user("admin")
    token = logged_in(own)["access_token"]
    confirmed(token)
    assert reset(token, own) == 409
    assert stored(own).factor is not None


def test_users_of_other_tenants_do_not_exist_and_others_may_not(aws: botocore.session.Session) -> None:
    victim, stranger = add_user(), add_user(tenant="other")
    for user in (victim, stranger):
        confirmed(logged_in(user)["access_token"])
    for caller, user, status in (
        (add_user("admin"), stranger, 404),
        (add_user("staff", ["support", "operations"]), victim, 403),
        (add_user("institution"), victim, 403),
    ):
        assert reset(logged_in(caller)["access_token"], user) == status
    assert all(stored(user).factor for user in (victim, stranger))
