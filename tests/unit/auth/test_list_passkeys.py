import botocore.session

from auth import list_passkeys
from tests.unit.auth.conftest import add_user, called, logged_in
from tests.unit.auth.passkeys import stored_passkey
from tests.unit.conftest import Call


def test_a_user_lists_their_passkeys_the_oldest_first(aws: botocore.session.Session) -> None:
    user, other = add_user(), add_user()
    second, first = (stored_passkey(user, name) for name in ("b", "a"))
    stored_passkey(other, "c")
    answer = called(list_passkeys.handler, "list_passkeys", logged_in(user)["access_token"])["json"]
    assert [entry["id"] for entry in answer["items"]] == [first.passkey_id, second.passkey_id]
    assert answer["items"][0] == {
        "id": first.passkey_id,
        "name": "a",
        "created_at": first.created_at,
        "last_used_at": first.last_used_at,
    }
    assert answer["nextCursor"] is None


def test_a_caller_without_an_account_has_none(call: Call) -> None:
    answer = call(list_passkeys.handler, "auth/list_passkeys", user_id="of-another-issuer")
    assert (answer["statusCode"], answer["json"]["items"]) == (200, [])
