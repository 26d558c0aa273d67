"""Files of claims on the deployed stack: from the bucket to the totals."""

import gzip
from collections.abc import Callable
from typing import Any

import pytest

from claims.totals.provider_totals import cents_of
from tests.integration.claims.conftest import Client, new_npi, tenant
from tests.integration.conftest import Api
from tests.integration.intake.conftest import Ingest, ingest_into

HEADER = " Service Date ,Submitted Procedure,Quadrant,Plan/Group #,Subscriber#,Provider NPI,provider fees,Allowed Fees,"
HEADER += "member CoInsurance,member coPay\n"


@pytest.fixture(scope="module")
def ingest_claims(api: Api, stack: dict[str, Any]) -> Ingest:
    """Puts a file of claims."""
    return ingest_into("claims", api, stack)


@pytest.fixture
def total(api: Api, stack: dict[str, Any], client: Client) -> Callable[[str], int]:
    """The cents of a provider's total, as the table has them."""

    def read(npi: str) -> int:
        key = {"pk": {"S": f"{tenant(api)}#NPI#{npi}"}, "sk": {"S": "TOTAL"}}
        item = client("dynamodb").get_item(TableName=stack["tables"]["claims"], Key=key, ConsistentRead=True)["Item"]
        return cents_of(int(item["total_rank"]["N"]))

    return read


def row(npi: str, fee: str) -> str:
    return f'3/28/18 0:00,D0180,UR,GRP-1000,3730189502,{npi}," ${fee} ",65,16.25,0\n'


def counts(job: dict[str, Any]) -> tuple[Any, ...]:
    names = ("kind", "status", "rows_read", "claims_created", "duplicates", "rejected")
    return tuple(job[name] for name in names)


def test_a_file_of_claims_comes_in_once_and_reaches_the_totals(
    api: Api, ingest_claims: Ingest, counted: Callable[[str, int], None], total: Callable[[str], int]
) -> None:
    npi = new_npi()
    good = [row(npi, f"1,{number:03}.50") for number in range(99)]
    content = (HEADER + "".join([*good, good[0], row(npi, "1.005"), row("149777553", "5")])).encode()
    job = ingest_claims(content, ".csv")
    assert counts(job) == ("claims", "completed", 102, 100, 0, 2)
    counted(npi, 100)
    fees = sum(100_050 + 100 * number for number in range(99)) + 100_050
    assert total(npi) == fees + 100 * (1625 - 6500)

    assert counts(ingest_claims(content, ".csv")) == ("claims", "completed", 102, 0, 100, 2)
    assert counts(ingest_claims(gzip.compress(content), ".csv.gz")) == ("claims", "completed", 102, 0, 100, 2)

    listed = api.get(f"/ingest/{job['task_id']}/rejects").body.decode()
    assert [line.rsplit(",", 2)[1] for line in listed.splitlines()] == ["line", "102", "103"]
    assert "is not valid; it must have at most two decimals" in listed
    assert "provider_npi: 149777553 is not valid; it must have 10 digits" in listed
    corrected = listed.replace("1.005", "70").replace("149777553,", f"{npi},").encode()
    assert counts(ingest_claims(corrected, ".csv")) == ("claims", "completed", 2, 2, 0, 0)
    counted(npi, 102)
    assert total(npi) == fees + 7_500 + 102 * (1625 - 6500)


def test_a_file_of_claims_without_a_column_fails_with_its_name(ingest_claims: Ingest) -> None:
    job = ingest_claims((HEADER.replace("Subscriber#", "member") + row(new_npi(), "5")).encode(), ".csv")
    assert job["status"] == "failed"
    assert job["error"].startswith("The file has no column subscriber_number.")
