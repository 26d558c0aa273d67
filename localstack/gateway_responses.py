"""The API's own answers (401 without a token, 404 for no route), which MiniStack does not read from an OpenAPI body.

AWS does, and there nothing of this runs.
"""

from typing import Any

from localstack import aws, build
from localstack.outputs import Resource, of_type


def put(resources: list[Resource], url: str) -> None:
    """Put every gateway response of the template to the deployed API; deploying it again puts them in effect."""
    apis, stages = (of_type(resources, f"AWS::ApiGateway::{kind}") for kind in ("RestApi", "Stage"))
    client = aws.client("apigateway", url)
    for logical_id, api in apis.items():
        declared = build.read_template(build.BUILT / "template.yaml")["Resources"][logical_id]["Properties"]
        for kind, response in declared.get("GatewayResponses", {}).items():
            client.put_gateway_response(restApiId=api, responseType=kind, **_given(response))
        for stage in stages.values():
            client.create_deployment(restApiId=api, stageName=stage)


def _given(response: dict[str, Any]) -> dict[str, Any]:
    """A response in the words of API Gateway's own API."""
    headers = response.get("ResponseParameters", {}).get("Headers", {})
    given: dict[str, Any] = {
        "responseParameters": {f"gatewayresponse.header.{name}": value for name, value in headers.items()},
        "responseTemplates": response.get("ResponseTemplates", {}),
    }
    return given | ({"statusCode": str(response["StatusCode"])} if "StatusCode" in response else {})
