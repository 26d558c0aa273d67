"""Only functions that need a server in the VPC are in it, and what they call from there is known."""

import pytest

from tests.unit.vpc_services import FUNCTIONS, documented_rows, endpoint_services, in_vpc, rows, servers_of


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_is_in_the_vpc_if_its_code_reaches_a_server_there(name: str) -> None:
    assert in_vpc(name) == bool(servers_of(name)), servers_of(name)


def test_the_table_of_the_documents_is_true() -> None:
    assert documented_rows() == rows()


def test_the_endpoints_that_a_vpc_needs_are_these() -> None:
    assert endpoint_services() == ["dynamodb", "lambda", "secretsmanager", "sqs"]


def test_a_type_of_a_module_does_not_reach_the_modules_connection() -> None:
    # Plans have a type of the cache's module, so each operation on plans imports it.
    assert servers_of("ListPlans") == ()
    assert servers_of("GetPlan") == ("Redis",)
    assert servers_of("SearchPlans") == ("OpenSearch",)


def test_a_function_that_reaches_redis_can_log_in_to_it_and_no_other() -> None:
    variables = {"REDIS_CLUSTER", "REDIS_IAM_CACHE", "REDIS_SECRET_ARN"}
    rights = [
        {"If": ["HasRedisIam", {"Ref": "ConnectToRedis"}, {"Ref": "AWS::NoValue"}]},
        {"If": ["HasRedisSecret", {"Ref": "ReadRedisSecret"}, {"Ref": "AWS::NoValue"}]},
    ]
    for name, function in FUNCTIONS.items():
        given = function.get("Environment", {}).get("Variables", {}).keys() & variables
        assert given == (variables if "Redis" in servers_of(name) else set()), name
        assert [right in function.get("Policies", []) for right in rights] == [bool(given)] * 2, name


def test_a_function_that_reaches_opensearch_knows_whether_to_sign() -> None:
    for name, function in FUNCTIONS.items():
        variables = function.get("Environment", {}).get("Variables", {})
        assert ("OPENSEARCH_SIGNED" in variables) == ("OpenSearch" in servers_of(name)), name
