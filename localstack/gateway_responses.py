"""Configure the API's gateway responses (such as 401 without a token, 404 for an unknown route) in MiniStack.

AWS reads them from the OpenAPI body and needs none of this; MiniStack does not read them.
"""

from typing import Any

from localstack import aws, build
from localstack.outputs import Resource, of_type


def put(resources: list[Resource], url: str) -> None:
    """Send every gateway response of the template to the deployed API, then redeploy the API to activate them."""
    apis, stages = (of_type(resources, f"AWS::ApiGateway::{kind}") for kind in ("RestApi", "Stage"))
    client = aws.client("apigateway", url)
    for logical_id, api in apis.items():
        declared = build.read_template(build.BUILT / "template.yaml")["Resources"][logical_id]["Properties"]
        for kind, response in declared.get("GatewayResponses", {}).items():
            client.put_gateway_response(restApiId=api, responseType=kind, **_arguments(response))
        for stage in stages.values():
            client.create_deployment(restApiId=api, stageName=stage)


def _arguments(response: dict[str, Any]) -> dict[str, Any]:
    """A template's gateway response as arguments of `put_gateway_response`."""
    headers = response.get("ResponseParameters", {}).get("Headers", {})
    arguments: dict[str, Any] = {
        "responseParameters": {f"gatewayresponse.header.{name}": value for name, value in headers.items()},
        "responseTemplates": response.get("ResponseTemplates", {}),
    }
    return arguments | ({"statusCode": str(response["StatusCode"])} if "StatusCode" in response else {})
