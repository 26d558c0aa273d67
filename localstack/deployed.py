"""Access to a deployed stack through its outputs.json, for tests and measurements."""

from typing import Any

import botocore.session


def aws_client(outputs: dict[str, Any], service: str, **options: Any) -> Any:
    """A client of the stack's AWS; Any, because botocore creates its methods at run time."""
    return botocore.session.Session().create_client(
        service,
        region_name=outputs["region"],
        endpoint_url=outputs["aws_endpoint_url"],
        aws_access_key_id=outputs["access_key_id"],
        aws_secret_access_key=outputs["secret_access_key"],
        **options,
    )


def function_environment(outputs: dict[str, Any], function: str) -> dict[str, str]:
    """The environment variables of the function with this logical ID, plus the AWS credentials and endpoint."""
    name = outputs["functions"][function]
    configuration = aws_client(outputs, "lambda").get_function_configuration(FunctionName=name)
    variables: dict[str, str] = configuration["Environment"]["Variables"]
    return variables | {
        "AWS_ENDPOINT_URL": outputs["aws_endpoint_url"],
        "AWS_DEFAULT_REGION": outputs["region"],
        "AWS_ACCESS_KEY_ID": outputs["access_key_id"],
        "AWS_SECRET_ACCESS_KEY": outputs["secret_access_key"],
    }
