"""The outputs of a stack are derived from its CloudFormation resources."""

import pytest

from localstack import outputs
from localstack.endpoints import local_endpoint


def resource(logical: str, kind: str, physical: str) -> outputs.Resource:
    return {"LogicalResourceId": logical, "ResourceType": kind, "PhysicalResourceId": physical}


DEPLOYED = [
    resource("Api", "AWS::ApiGateway::RestApi", "abc"),
    resource("ApiStage", "AWS::ApiGateway::Stage", "local"),
    resource("PlansTable", "AWS::DynamoDB::Table", "payerworks-PlansTable-1"),
    resource("SearchIndex", "AWS::SQS::Queue", "http://localhost:4777/000000000000/search-index"),
    resource("PlanOperations", "AWS::SNS::Topic", "arn:aws:sns:us-east-1:000000000000:plan-operations"),
    resource("IntakeBucket", "AWS::S3::Bucket", "payerworks-intake"),
    resource("AuditBucket", "AWS::S3::Bucket", "payerworks-audit"),
    resource("CreatePlan", "AWS::Lambda::Function", "payerworks-CreatePlan-1"),
]
ENDPOINTS = {
    "aws": local_endpoint("aws", 4777),
    "valkey": local_endpoint("valkey", 6379),
    "opensearch": local_endpoint("opensearch", 9200),
}


def test_a_deployed_stack_is_described() -> None:
    assert outputs.describe(DEPLOYED, ENDPOINTS) == {
        "api_url": "http://localhost:4777/restapis/abc/local/_user_request_",
        "aws_endpoint_url": "http://localhost:4777",
        "region": "us-east-1",
        "access_key_id": "test",
        "secret_access_key": "test",
        "intake_bucket": "payerworks-intake",
        "audit_bucket": "payerworks-audit",
        "tables": {"plans": "payerworks-PlansTable-1"},
        "queues": {"SearchIndex": "http://localhost:4777/000000000000/search-index"},
        "topics": {"PlanOperations": "arn:aws:sns:us-east-1:000000000000:plan-operations"},
        "redis_url": "redis://127.0.0.1:6379",
        "opensearch_url": "http://127.0.0.1:9200",
        "functions": {"CreatePlan": "payerworks-CreatePlan-1"},
    }


def test_a_stack_without_an_api_has_no_url() -> None:
    assert outputs.describe([], ENDPOINTS)["api_url"] == ""


@pytest.mark.parametrize(
    ("table", "service"),
    [("PlansTable", "plans"), ("RequestsTable", "requests"), ("ProviderTotalsTable", "provider_totals")],
)
def test_a_table_is_listed_under_its_service(table: str, service: str) -> None:
    assert outputs.service_of(table) == service
