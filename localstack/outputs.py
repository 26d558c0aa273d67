"""The contents of outputs.json: addresses, credentials and resource names for clients of the stack."""

import re
from typing import Any

from localstack import aws
from localstack.endpoints import Endpoint
from localstack.layout import REGION, Layout

Resource = dict[str, Any]


def stack_resources(layout: Layout, endpoint: Endpoint) -> list[Resource]:
    """CloudFormation's summaries of all resources of the deployed stack."""
    paginator = aws.client("cloudformation", endpoint.url).get_paginator("list_stack_resources")
    pages = paginator.paginate(StackName=layout.cloudformation_stack)
    return [resource for page in pages for resource in page["StackResourceSummaries"]]


def describe(resources: list[Resource], endpoints: dict[str, Endpoint]) -> dict[str, Any]:
    """The outputs of a deployed stack, except its administrator."""
    access_key_id, secret_access_key = aws.credentials()
    tables = of_type(resources, "AWS::DynamoDB::Table")
    buckets = of_type(resources, "AWS::S3::Bucket")
    return {
        "api_url": api_url(resources, endpoints["aws"].url),
        "aws_endpoint_url": endpoints["aws"].url,
        "region": REGION,
        "access_key_id": access_key_id,
        "secret_access_key": secret_access_key,
        "intake_bucket": buckets.get("IntakeBucket", ""),
        "audit_bucket": buckets.get("AuditBucket", ""),
        "tables": {service_of(logical): name for logical, name in tables.items()},
        "queues": of_type(resources, "AWS::SQS::Queue"),
        "topics": of_type(resources, "AWS::SNS::Topic"),
        "redis_url": endpoints["valkey"].url,
        "opensearch_url": endpoints["opensearch"].url,
        "functions": of_type(resources, "AWS::Lambda::Function"),
    }


def of_type(resources: list[Resource], kind: str) -> dict[str, str]:
    """Logical ID → physical ID of each resource of a type."""
    return {
        resource["LogicalResourceId"]: resource["PhysicalResourceId"]
        for resource in resources
        if resource["ResourceType"] == kind
    }


def service_of(table: str) -> str:
    """The name of the service that owns a table, from the table's logical ID: PlansTable → plans."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", table.removesuffix("Table")).lower()


def api_url(resources: list[Resource], aws_url: str) -> str:
    """The API's base URL, without a trailing slash; empty if the stack has no API."""
    apis = list(of_type(resources, "AWS::ApiGateway::RestApi").values())
    stages = list(of_type(resources, "AWS::ApiGateway::Stage").values())
    return f"{aws_url}/restapis/{apis[0]}/{stages[0]}/_user_request_" if apis and stages else ""
