import botocore.session

from auth.passkeys.challenges import is_valid
from tests.unit.auth.authenticator import decoded, login_options
from tests.unit.auth.conftest import items


def test_the_options_name_no_user_and_ask_to_verify_them(aws: botocore.session.Session) -> None:
    options = login_options()
    assert options.keys() == {"challenge", "rpId", "userVerification"}
    assert (options["rpId"], options["userVerification"]) == ("localhost", "required")
    assert is_valid(decoded(options["challenge"]), "login")
    assert login_options()["challenge"] != options["challenge"]


def test_whoever_asks_writes_nothing(aws: botocore.session.Session) -> None:
    login_options()
    assert items() == []
