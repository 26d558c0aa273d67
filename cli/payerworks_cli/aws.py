"""Clients of the stack's AWS: the local emulator, or AWS itself if outputs.json names no endpoint."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from payerworks_cli.aws_fault import aws_fault
from payerworks_cli.deployment import is_on_this_machine
from payerworks_cli.errors import StackNotUp, UnexpectedAnswer
from payerworks_cli.stack_outputs import Stack

LONGEST_FUNCTION_SECONDS = 900


def aws_client(stack: Stack, service: str, **config: Any) -> Any:
    """A boto3 client by its service name, with options of botocore's Config."""
    import boto3  # takes 0.3 s, which most commands can save
    from botocore.config import Config

    return boto3.client(
        service,
        endpoint_url=stack.aws_endpoint_url,
        region_name=stack.region,
        aws_access_key_id=stack.access_key_id,
        aws_secret_access_key=stack.secret_access_key.get_secret_value() if stack.secret_access_key else None,
        config=Config(
            connect_timeout=5,
            retries={"mode": "standard", "max_attempts": 2},
            proxies={} if is_on_this_machine(stack.aws_endpoint_url) else None,
            **config,
        ),
    )


def invoke(stack: Stack, function: str, event: Mapping[str, Any], if_failed: str = "") -> Any:
    """What a function of the stack answers to an event; `if_failed` ends the sentence that says that it failed.

    Raises StackNotUp, UnexpectedAnswer.
    """
    from botocore.exceptions import BotoCoreError, ClientError

    if function not in stack.functions:
        raise StackNotUp(f"outputs.json names no function {function}: `{stack.make} up` deploys it.")
    client = aws_client(stack, "lambda", read_timeout=LONGEST_FUNCTION_SECONDS)
    try:
        answer = client.invoke(FunctionName=stack.functions[function], Payload=json.dumps(event).encode())
    except (BotoCoreError, ClientError) as error:
        raise StackNotUp(f"The function {function} could not be called: {aws_fault(error)}.") from None
    done = json.loads(answer["Payload"].read())
    if "FunctionError" in answer:
        raise UnexpectedAnswer(f"{function} failed ({done.get('errorMessage')}){if_failed}.")
    return done


@contextmanager
def calling_aws() -> Iterator[None]:
    """A call of AWS that fails within raises StackNotUp with its operation and why."""
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        yield
    except (BotoCoreError, ClientError) as error:
        operation = f"{error.operation_name}: " if isinstance(error, ClientError) else ""
        raise StackNotUp(f"{operation}{aws_fault(error)}.") from None
