"""`python -m localstack COMMAND`: manage the stack that the variable STACK names, or the default stack."""

import argparse
import os
import sys

from botocore.exceptions import EndpointConnectionError

from localstack import build
from localstack.files import locked
from localstack.problem import StackProblem
from localstack.report import print_dashboard, print_logs, print_status, print_where
from localstack.stack import Stack

COMMANDS = {
    "up": "start the servers that are down and deploy any changes",
    "deploy": "deploy any changes",
    "down": "stop the servers and keep their data",
    "clean": "stop the servers and delete their data",
    "status": "show which servers are running, and the health of the API",
    "logs": "show the log lines of the functions",
    "dashboard": "draw the metrics of the functions as a page",
    "build": "run sam build",
    "invoke": "call one function in a container of Lambda's image, by sam local",
    "start-api": "serve the API from such containers",
    "watch": "bring the functions up to date whenever a file changes",
}


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m localstack", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, text in COMMANDS.items():
        command = commands.add_parser(name, help=text)
        if name == "logs":
            command.add_argument("text", nargs="?", default="", help="show only lines that contain this text")
        if name in ("logs", "dashboard"):
            minutes = 15 if name == "logs" else 60
            command.add_argument(
                "--minutes", type=int, default=minutes, help=f"how far back to look (default: {minutes})"
            )
        if name == "invoke":
            command.add_argument("operation", help="such as create_plan")
            command.add_argument("event", nargs="?", default="", help="a JSON file; the default is the one in events/")
        if name == "start-api":
            command.add_argument("--port", type=int, default=3000, help="the port of the API (default: 3000)")
    return parser.parse_args()


def run(args: argparse.Namespace, stack: Stack) -> bool:
    """Run a command; whether the stack is healthy, for those that look, or a call came back."""
    match args.command:
        case "up":
            stack.up()
            return print_where(stack)
        case "invoke":
            return stack.invoke(args.operation, args.event)
        case "start-api":
            return stack.start_api(args.port)
        case "status" | "logs" | "dashboard":
            return show(args, stack)
        case "build":
            with locked(build.LOCK):
                build.build(print, build.AWS)
            overrides = "--parameter-overrides " + " ".join(
                f"{name}={value}" for name, value in build.AWS.parameters.items()
            )
            print(f"To deploy this build to AWS: .tools/sam/bin/sam deploy --guided {overrides}")
        case "deploy" | "down" | "clean" | "watch":
            getattr(stack, args.command)()
    return True


def show(args: argparse.Namespace, stack: Stack) -> bool:
    """Print something of the stack; False if its health was asked for and is bad."""
    match args.command:
        case "status":
            return print_status(stack)
        case "logs":
            print_logs(stack, args.text, args.minutes)
        case "dashboard":
            print_dashboard(stack, args.minutes)
    return True


if __name__ == "__main__":
    try:
        sys.exit(not run(arguments(), Stack(os.environ.get("STACK", ""))))
    except (StackProblem, EndpointConnectionError) as problem:
        sys.exit(str(problem))
    except KeyboardInterrupt:
        sys.exit("interrupted")
