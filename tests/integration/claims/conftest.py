"""Claims against the deployed stack."""

import functools
import random
import time
from collections.abc import Callable
from typing import Any

import pytest

from localstack.deployed import aws_client
from tests.integration.conftest import Api

ZERO = {"allowed_fees": 0, "member_coinsurance": 0, "member_copay": 0}


def new_npi() -> str:
    """A provider that no other test has."""
    return f"1{random.randrange(10**9):09}"


def new_claim(npi: str, fee: Any = "100.00", **members: Any) -> dict[str, Any]:
    return {
        "service_date": "2024-03-28",
        "submitted_procedure": "D0180",
        "quadrant": "UR",
        "plan_group_number": "GRP-1000",
        "subscriber_number": "3730189502",
        "provider_npi": npi,
        "provider_fees": fee,
        **ZERO,
        **members,
    }


Client = Callable[[str], Any]


@pytest.fixture(scope="session")
def client(stack: dict[str, Any]) -> Client:
    """Clients of the stack's AWS."""

    return functools.cache(functools.partial(aws_client, stack))


@pytest.fixture
def counted(api: Api, stack: dict[str, Any], client: Client) -> Callable[[str, int], None]:
    """Wait until a provider's total counts a number of claims (asked of the table: calls of the API are limited)."""
    dynamodb = client("dynamodb")

    def wait(npi: str, claims: int) -> None:
        names = {"#pk": "pk"}
        deadline = time.monotonic() + 60
        held = -1
        while time.monotonic() < deadline:
            items = dynamodb.query(
                TableName=stack["tables"]["claims"],
                KeyConditionExpression="#pk = :pk",
                ExpressionAttributeNames=names,
                ExpressionAttributeValues={":pk": {"S": f"{tenant(api)}#NPI#{npi}"}},
                ConsistentRead=True,
            )["Items"]
            held = int(items[0]["claim_count"]["N"]) if items else 0
            if held == claims:
                return
            time.sleep(0.1)
        raise AssertionError(f"after a minute {held} of {claims} claims are counted")

    return wait


def tenant(api: Api) -> str:
    """The tenant that the token of the API's caller names."""
    import jwt

    token = api.headers["Authorization"].removeprefix("Bearer ")
    payload: dict[str, Any] = jwt.decode(token, options={"verify_signature": False})
    return str(payload["tenant"])
