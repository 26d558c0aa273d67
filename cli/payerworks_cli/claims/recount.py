"""`payerworks claims recount`: make the totals of all providers anew from their claims."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from payerworks_cli.errors import StackNotUp, UnexpectedAnswer
from payerworks_cli.screen import Screen, counted, one_sentence_on_failure
from payerworks_cli.stack import Stack, is_on_this_machine, read_stack, stack_folder

FUNCTION = "RecountTotals"
SLICE_SECONDS = 900
"""How long the function may run."""


def recount(
    stack_dir: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Where the stack's outputs.json is; .local, or .local-$STACK if that is set."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")] = False,
) -> None:
    """Add the totals of all providers up again from their claims. It may be stopped and run again at any time."""
    screen = Screen(quiet=as_json)
    with one_sentence_on_failure(screen if as_json else None):
        stack = read_stack(stack_dir or stack_folder())
        providers = corrected = items = 0
        with screen.part("recount") as part:
            for done in slices(stack):
                items += done["items"]
                providers += done["providers"]
                corrected += done["corrected"]
                screen.line(f"  {counted(items, 'item')} looked through, {counted(providers, 'provider')} recounted")
            part.say(f"{counted(providers, 'provider')} recounted, {corrected:,} had another total")
        if as_json:
            screen.json({"ok": True, "providers": providers, "corrected": corrected})


def slices(stack: Stack) -> Iterator[dict[str, Any]]:
    """Recount slice by slice, and tell what each did. Raises StackNotUp, UnexpectedAnswer."""
    import boto3  # 0.3 s that other commands do without
    from botocore.config import Config
    from botocore.exceptions import BotoCoreError, ClientError

    if FUNCTION not in stack.functions:
        raise StackNotUp(f"outputs.json names no function {FUNCTION}: `make up` deploys it.")
    client = boto3.client(
        "lambda",
        endpoint_url=stack.aws_endpoint_url,
        region_name=stack.region,
        aws_access_key_id=stack.access_key_id,
        aws_secret_access_key=stack.secret_access_key.get_secret_value() if stack.secret_access_key else None,
        config=Config(
            connect_timeout=5,
            read_timeout=SLICE_SECONDS,
            proxies={} if is_on_this_machine(stack.aws_endpoint_url) else None,
        ),
    )
    event: dict[str, Any] = {}
    while True:
        try:
            answer = client.invoke(FunctionName=stack.functions[FUNCTION], Payload=json.dumps(event).encode())
        except (BotoCoreError, ClientError) as error:
            raise StackNotUp(f"The function {FUNCTION} could not be called: {error}") from None
        done = json.loads(answer["Payload"].read())
        if "FunctionError" in answer:
            raise UnexpectedAnswer(f"{FUNCTION} failed ({done.get('errorMessage')}); what was recounted stays so.")
        yield done
        if done["after"] is None:
            return
        event = {"run": done["run"], "after": done["after"]}
