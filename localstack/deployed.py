"""The deployed stack as its outputs.json describes it, for tests and measurements."""

from typing import Any

import botocore.session


def aws_client(outputs: dict[str, Any], service: str, **options: Any) -> Any:
    """A client of the stack's AWS; botocore makes its methods at run time, hence Any."""
    return botocore.session.Session().create_client(
        service,
        region_name=outputs["region"],
        endpoint_url=outputs["aws_endpoint_url"],
        aws_access_key_id=outputs["access_key_id"],
        aws_secret_access_key=outputs["secret_access_key"],
        **options,
    )


def function_environment(outputs: dict[str, Any], function: str) -> dict[str, str]:
    """The variables of a function, given by its logical id, with credentials and endpoint beside them."""
    name = outputs["functions"][function]
    found = aws_client(outputs, "lambda").get_function_configuration(FunctionName=name)
    variables: dict[str, str] = found["Environment"]["Variables"]
    return variables | {
        "AWS_ENDPOINT_URL": outputs["aws_endpoint_url"],
        "AWS_DEFAULT_REGION": outputs["region"],
        "AWS_ACCESS_KEY_ID": outputs["access_key_id"],
        "AWS_SECRET_ACCESS_KEY": outputs["secret_access_key"],
    }
