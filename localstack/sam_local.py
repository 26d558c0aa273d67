"""`sam local`: run functions in containers of Lambda's image, against the servers of the stack."""

import contextlib
import difflib
import ipaddress
import json
import platform
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from localstack import aws, build
from localstack.deploy import parameters
from localstack.endpoints import Endpoint
from localstack.files import read_json, write_json
from localstack.layout import ROOT, TOOLS, Layout, logical_id
from localstack.problem import StackProblem
from localstack.relay import relay

EVENTS = ROOT / "events"
TEMPLATE = build.BUILT / "sam-local.yaml"
# What browsers say, not what functions call.
NOT_CALLED = {"PASSKEY_ORIGINS"}


def invoke(layout: Layout, endpoints: dict[str, Endpoint], operation: str, event: str) -> bool:
    """Call one function with an event of a file, or else of events/, and print its answer; whether it gave one."""
    path = Path(event) if event else event_of(operation)
    if not path.is_file():
        raise StackProblem(f"There is no file {event}.")
    name = logical_id(operation)
    with _containers(layout, endpoints) as options:
        completed = _sam(
            "invoke", name, "--event", str(path), *options, url=endpoints["aws"].url, stdout=subprocess.PIPE
        )
    lines = completed.stdout.splitlines()
    print(*lines[:-1], readable(lines[-1]) if lines else "", sep="\n")
    return completed.returncode == 0


def start_api(layout: Layout, endpoints: dict[str, Endpoint], port: int) -> bool:
    """Serve the whole API from containers, which start with their first call, until Ctrl-C."""
    with _containers(layout, endpoints) as options, contextlib.suppress(KeyboardInterrupt):
        arguments = ["--port", str(port), "--warm-containers", "LAZY", *options]
        return _sam("start-api", *arguments, url=endpoints["aws"].url).returncode == 0
    return True


def event_of(operation: str) -> Path:
    """The event of an operation such as `create_plan`; raises StackProblem, naming similar ones, if there is none."""
    events = {path.stem: path for path in EVENTS.glob("*/*.json")}
    if operation not in events:
        similar = difflib.get_close_matches(operation, events) or sorted(events)
        raise StackProblem(f"No operation is called {operation or '(nothing)'}. There are {', '.join(similar)}.")
    return events[operation]


def readable(answer: str) -> str:
    """An answer as indented JSON, its body as JSON too where it is some."""
    try:
        parsed = json.loads(answer)
        if isinstance(parsed, dict) and isinstance(parsed.get("body"), str):
            with contextlib.suppress(ValueError):
                parsed["body"] = json.loads(parsed["body"])
    except ValueError:
        return answer
    return json.dumps(parsed, indent=2, ensure_ascii=False)


@contextlib.contextmanager
def _containers(layout: Layout, endpoints: dict[str, Endpoint]) -> Iterator[list[str]]:
    """The options of `sam local` with which its functions reach the servers of the stack, while the context lasts."""
    host, relayed = _host()
    addresses = {endpoint.url: _on(host, endpoint) for endpoint in endpoints.values()}
    _write_template()
    variables = layout.folder / "sam-local.json"
    write_json(variables, environments(layout, endpoints["aws"], addresses))
    overrides = [f'{name}="{value}"' for name, value in parameters(endpoints).items()]
    ports = [port for endpoint in endpoints.values() if not endpoint.external and (port := urlsplit(endpoint.url).port)]
    with relay(host, ports) if relayed else contextlib.nullcontext():
        yield [*_pull(), "--template", str(TEMPLATE), "--env-vars", str(variables), "--parameter-overrides", *overrides]


def _host() -> tuple[str, bool]:
    """The name by which containers reach this machine, and whether it needs a relay to reach the loopback address."""
    if shutil.which("docker") is None:
        raise StackProblem("sam local needs Docker: install it, start it, and run this again.")
    command = ["docker", "network", "inspect", "bridge", "--format", "{{json .IPAM.Config}}"]
    answer = subprocess.run(command, capture_output=True, text=True, check=False)
    if answer.returncode:
        raise StackProblem(f"sam local needs a running Docker engine: {answer.stderr.strip()}")
    return (
        (gateway(json.loads(answer.stdout)), True) if platform.system() == "Linux" else ("host.docker.internal", False)
    )


def gateway(networks: list[dict[str, str]]) -> str:
    """This machine's address on Docker's bridge. Docker 20 names it only if it was configured: it is the first one."""
    subnet = next((each for each in networks if ":" not in each.get("Subnet", ":")), None)
    if subnet is None:
        raise StackProblem("sam local needs Docker's default bridge network with IPv4.")
    return subnet.get("Gateway") or str(next(ipaddress.ip_network(subnet["Subnet"]).hosts()))


def _pull() -> list[str]:
    """Docker pulls the image only where there is none, so that a call works offline and starts sooner."""
    version = build.LOCAL.runtime.removeprefix("python")
    image = f"public.ecr.aws/lambda/python:{version}-{build.LOCAL.architecture}"
    found = subprocess.run(["docker", "image", "inspect", image], capture_output=True, check=False)
    return [] if found.returncode else ["--skip-pull-image"]


def _on(host: str, endpoint: Endpoint) -> str:
    """The address of a server as a container calls it."""
    if endpoint.external:
        return endpoint.url
    parts = urlsplit(endpoint.url)
    return parts._replace(netloc=f"{host}:{parts.port}").geturl()


def environments(layout: Layout, endpoint: Endpoint, addresses: dict[str, str]) -> dict[str, dict[str, str]]:
    """The environment of each deployed function, by its logical id, with the addresses that containers call."""
    deployed = read_json(layout.folder / "outputs.json").get("functions", {})
    logical = {physical: name for name, physical in deployed.items()}
    pages = aws.client("lambda", endpoint.url).get_paginator("list_functions").paginate()
    return {
        logical[function["FunctionName"]]: {"AWS_ENDPOINT_URL": addresses[endpoint.url]}
        | {
            name: value if name in NOT_CALLED else _replaced(value, addresses)
            for name, value in function.get("Environment", {}).get("Variables", {}).items()
        }
        for page in pages
        for function in page["Functions"]
        if function["FunctionName"] in logical
    }


def _replaced(value: str, addresses: dict[str, str]) -> str:
    for ours, containers in addresses.items():
        value = value.replace(ours, containers)
    return value


def _write_template() -> None:
    """The built template with a variable more: `sam local` passes only variables that a template declares."""
    built = (build.BUILT / "template.yaml").read_text()
    # The first are those of Globals, which all functions have.
    of_all = "      Variables:\n"
    TEMPLATE.write_text(built.replace(of_all, f"{of_all}        AWS_ENDPOINT_URL: ''\n", 1))


def _sam(*arguments: str, url: str, stdout: int | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [TOOLS / "sam/bin/sam", "local", *arguments],
        cwd=ROOT,
        env=aws.environment(url) | {"SAM_CLI_TELEMETRY": "0"},
        stdout=stdout,
        text=True,
        check=False,
    )
