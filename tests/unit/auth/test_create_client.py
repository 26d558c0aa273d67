import re

import botocore.session
import pytest

from auth import create_client
from tests.unit.auth.conftest import answered, items
from tests.unit.auth.machines import add_machine


def test_a_new_machine_gets_an_id_and_a_secret(aws: botocore.session.Session) -> None:
    answer = answered(create_client.handler, "create_client")
    assert answer["statusCode"] == 201
    made = answer["json"]
    assert answer["headers"]["Location"] == f"clients/{made['client_id']}"
    assert answer["headers"]["Cache-Control"] == "no-store"
    assert re.fullmatch(r"acme\.[0-9a-f]{32}", made.pop("client_id"))
    assert len(made.pop("client_secret")) == 43
    assert made == {"name": "Nightly claims", "roles": ["claims"]}


def test_the_secret_is_stored_nowhere_and_logged_nowhere(
    aws: botocore.session.Session, capsys: pytest.CaptureFixture[str]
) -> None:
    answer = answered(create_client.handler, "create_client", headers={"Idempotency-Key": "key"})
    secret = answer["json"]["client_secret"]
    assert secret not in str(items())
    assert secret not in capsys.readouterr().out
    for table in aws.create_client("dynamodb").list_tables()["TableNames"]:
        assert secret not in str(aws.create_client("dynamodb").scan(TableName=table)["Items"])


def test_machines_may_have_the_same_name_but_never_the_same_secret(aws: botocore.session.Session) -> None:
    machines = [add_machine("claims", name="one name") for _ in range(5)]
    assert len({machine.client_id for machine in machines}) == 5
    assert len({machine.client_secret for machine in machines}) == 5


def test_a_role_that_is_given_twice_is_one(aws: botocore.session.Session) -> None:
    body = {"name": "é" * 100, "roles": ["plans", "claims", "plans"]}
    assert answered(create_client.handler, "create_client", body=body)["json"]["roles"] == ["plans", "claims"]


@pytest.mark.parametrize(
    ("body", "pointers"),
    [
        ({}, {"/name", "/roles"}),
        ({"name": "", "roles": []}, {"/name"}),
        ({"name": "  ", "roles": []}, {"/name"}),
        ({"name": "x" * 101, "roles": []}, {"/name"}),
        ({"name": "a\x00b", "roles": []}, {"/name"}),
        ({"name": 7, "roles": "claims"}, {"/name", "/roles"}),
        ({"name": "a", "roles": ["admin"]}, {"/roles/0"}),
        ({"name": "a", "roles": ["claims"] * 21}, {"/roles"}),
        ({"name": "a", "roles": [], "client_secret": "mine", "tenant": "other"}, {"/client_secret", "/tenant"}),
    ],
)
def test_what_is_no_machine_is_refused(aws: botocore.session.Session, body: object, pointers: set[str]) -> None:
    answer = answered(create_client.handler, "create_client", body=body)
    assert answer["statusCode"] == 400
    assert {fault["pointer"] for fault in answer["json"]["errors"]} == pointers
    assert items("CLIENT") == []
