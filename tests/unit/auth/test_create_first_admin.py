import botocore.session
import pytest

from auth import create_first_admin
from auth.users import repository
from tests.unit.conftest import api_event

EVENT = api_event("auth/create_first_admin")


def test_the_first_administrator_is_made(aws: botocore.session.Session) -> None:
    answer = create_first_admin.handler(EVENT, None)
    user = repository.find_user("ada@example.com")
    assert user is not None
    assert answer == {"user_id": user.user_id, "created": True}
    assert (user.tenant, user.user_type, user.active) == ("acme", "admin", True)


def test_a_second_call_changes_nothing(aws: botocore.session.Session) -> None:
    first = create_first_admin.handler(EVENT, None)
    before = repository.find_user("ada@example.com")
    again = create_first_admin.handler(
        EVENT | {"email": " Ada@Example.com", "password": "another one", "tenant": "b"}, None
    )
    assert again == {"user_id": first["user_id"], "created": False}
    assert repository.find_user("ada@example.com") == before


def test_the_tenant_is_main_unless_named(aws: botocore.session.Session) -> None:
    create_first_admin.handler({"email": "ada@example.com", "password": "correct horse battery"}, None)
    user = repository.find_user("ada@example.com")
    assert user is not None
    assert user.tenant == "main"


def test_the_password_is_kept_as_argon2id_only(aws: botocore.session.Session) -> None:
    create_first_admin.handler(EVENT, None)
    items = aws.create_client("dynamodb").scan(TableName="AuthTable")["Items"]
    assert EVENT["password"] not in str(items)
    assert "$argon2id$v=19$m=19456,t=2,p=1$" in str(items)


def test_every_fault_is_named_and_no_password_shown(aws: botocore.session.Session) -> None:
    with pytest.raises(ValueError, match=r"/email.*; /password.*; /tenant.*; /role is not known") as caught:
        create_first_admin.handler({"email": "ada", "password": "geheim", "tenant": "a#b", "role": "admin"}, None)
    assert "geheim" not in str(caught.value)


@pytest.mark.parametrize("password", ["football", "I am ADA@example.com", "7 chars", "x" * 257, "nul \x00 inside it"])
def test_the_password_is_one_that_any_user_may_have(aws: botocore.session.Session, password: str) -> None:
    with pytest.raises(ValueError, match=r"^The administrator is not valid. /password [^/;]*$"):
        create_first_admin.handler(EVENT | {"password": password}, None)
