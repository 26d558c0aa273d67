import botocore.session

from auth import begin_passkey_registration
from auth.passkeys.challenges import is_valid
from tests.unit.auth.authenticator import creation_options, decoded, registered
from tests.unit.auth.conftest import add_user, logged_in
from tests.unit.conftest import Call


def test_the_options_ask_for_a_discoverable_credential_that_verifies_its_user(aws: botocore.session.Session) -> None:
    user = add_user()
    options = creation_options(logged_in(user)["access_token"])
    assert options["rp"] == {"name": "Payerworks", "id": "localhost"}
    assert options["authenticatorSelection"] == {
        "residentKey": "required",
        "requireResidentKey": True,
        "userVerification": "required",
    }
    assert options.get("attestation", "none") == "none"
    assert {"type": "public-key", "alg": -7} in options["pubKeyCredParams"]
    assert is_valid(decoded(options["challenge"]), "registration", "acme", user.user_id)


def test_the_user_handle_says_nothing_of_the_user(aws: botocore.session.Session) -> None:
    user = add_user()
    token = logged_in(user)["access_token"]
    first, second = creation_options(token), creation_options(token)
    assert first["user"]["id"] == second["user"]["id"]
    assert first["challenge"] != second["challenge"]
    handle = decoded(first["user"]["id"])
    assert len(handle) <= 64
    assert user.user_id.encode() not in handle
    assert creation_options(logged_in(add_user())["access_token"])["user"]["id"] != first["user"]["id"]


def test_an_authenticator_makes_no_second_passkey(aws: botocore.session.Session) -> None:
    token = logged_in(add_user())["access_token"]
    authenticator = registered(token)
    [excluded] = creation_options(token)["excludeCredentials"]
    assert decoded(excluded["id"]) == authenticator.credential_id


def test_a_caller_without_an_account_has_no_passkey(call: Call) -> None:
    handler = begin_passkey_registration.handler
    assert call(handler, "auth/begin_passkey_registration", user_id="of-another-issuer")["statusCode"] == 404
