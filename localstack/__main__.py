"""`python -m localstack COMMAND`: the stack named by the variable STACK, or the default one."""

import argparse
import os
import sys

from botocore.exceptions import EndpointConnectionError

from localstack import build
from localstack.files import locked
from localstack.problem import StackProblem
from localstack.report import say_logs, say_status, say_where
from localstack.stack import Stack

COMMANDS = {
    "up": "start what is not running and deploy what has changed",
    "deploy": "deploy what has changed",
    "down": "stop the servers, keep their data",
    "clean": "stop the servers, remove their data",
    "status": "say what is running",
    "logs": "show what the functions logged",
    "build": "run sam build",
}


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m localstack", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, text in COMMANDS.items():
        command = commands.add_parser(name, help=text)
        if name == "logs":
            command.add_argument("text", nargs="?", default="", help="only lines that hold it")
            command.add_argument("--minutes", type=int, default=15)
    return parser.parse_args()


def run(asked: argparse.Namespace, stack: Stack) -> None:
    match asked.command:
        case "up":
            stack.up()
            say_where(stack)
        case "deploy":
            stack.deploy()
        case "down":
            stack.down()
        case "clean":
            stack.clean()
        case "status":
            say_status(stack)
        case "logs":
            say_logs(stack, asked.text, asked.minutes)
        case "build":
            with locked(build.LOCK):
                build.build(print)
            overrides = f"--parameter-overrides Runtime={build.RUNTIME}"
            print(f"To deploy what was built: .tools/sam/bin/sam deploy --guided {overrides}")


if __name__ == "__main__":
    try:
        run(arguments(), Stack(os.environ.get("STACK", "")))
    except (StackProblem, EndpointConnectionError) as problem:
        sys.exit(str(problem))
    except KeyboardInterrupt:
        sys.exit("interrupted")
