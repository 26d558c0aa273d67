"""`payerworks first-admin`: the first administrator of a deployment on AWS."""

from typing import Annotated

import typer

from payerworks_cli.aws import invoke
from payerworks_cli.cloud_stack import CloudStack, read_cloud_stack
from payerworks_cli.errors import BadInput
from payerworks_cli.passwords import FromStdin, asked_new_password
from payerworks_cli.program import program
from payerworks_cli.session import AsJson
from payerworks_cli.terminal import command_terminal

FUNCTION = "CreateFirstAdmin"


def first_admin(
    email: Annotated[str, typer.Argument(metavar="ADDRESS", help="The e-mail that the administrator logs in with.")],
    stack: Annotated[str, typer.Option("--cloudformation", metavar="STACK", help="The application's stack on AWS.")],
    region: Annotated[
        str | None, typer.Option(metavar="REGION", help="Its region, if AWS is set up for another.")
    ] = None,
    password_stdin: FromStdin = False,
    as_json: AsJson = False,
) -> None:
    """Create the first administrator of a deployment on AWS, with the AWS credentials of this shell.

    The password is asked for, or read from standard input where there is no terminal.

    Example: payerworks first-admin ann@example.com --cloudformation payerworks-prod
    """
    with command_terminal(as_json=as_json) as terminal:
        outputs = read_cloud_stack(CloudStack(name=stack, region=region))
        event = {"email": email, "password": asked_new_password(from_stdin=password_stdin)}
        done = invoke(outputs, FUNCTION, event)
        if not done["created"]:
            raise BadInput(f"{email} is a user already; nothing was changed.")
        terminal.json({"ok": True, "user_id": done["user_id"], "api_url": outputs.api_url})
        terminal.line(f"{email} is an administrator of {outputs.api_url}")
        terminal.line(f"`{program()} login --cloudformation {stack} --email {email}` logs in")
