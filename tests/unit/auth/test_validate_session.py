import botocore.session
import pytest

from auth import get_session, validate_session
from tests.unit.auth.conftest import CLIENT_ID, add_user, called, logged_in

AGENT = {"User-Agent": "Firefox", "X-Client-Id": CLIENT_ID}


@pytest.mark.parametrize(
    ("headers", "same"),
    [
        ({}, True),
        ({"User-Agent": "curl"}, False),
        ({"X-Client-Id": CLIENT_ID[:-1] + "0"}, False),
        ({"X-Client-Id": None}, False),
    ],
)
def test_the_device_is_compared_with_that_of_the_login(
    aws: botocore.session.Session, headers: dict[str, str], same: bool
) -> None:
    user = add_user("staff", ["claims", "support"], reference_id="r-7")
    token = logged_in(user, **AGENT)["access_token"]
    for handler, name in ((validate_session.handler, "validate_session"), (get_session.handler, "get_session")):
        answer = called(handler, name, token, headers=AGENT | headers)
        assert answer["json"] == {
            "valid": True,
            "user": {
                "user_id": user.user_id,
                "user_type": "staff",
                "email": user.email,
                "roles": ["claims", "support"],
                "metadata": {"reference_id": "r-7"},
            },
            "same_device": same,
        }


def test_a_client_id_that_can_be_guessed_is_bad_input(aws: botocore.session.Session) -> None:
    token = logged_in(add_user())["access_token"]
    for client_id in ("short", "x" * 129, "an id with blanks in it"):
        answer = called(validate_session.handler, "validate_session", token, headers={"X-Client-Id": client_id})
        assert answer["statusCode"] == 400
