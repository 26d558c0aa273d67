"""Whether this machine can run the command, and a stack."""

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

from localstack import endpoints
from localstack.files import read_json
from localstack.layout import Layout
from localstack.problem import StackProblem
from localstack.servers import KEYS, TITLES
from localstack.stack import Stack, require_memory
from payerworks_cli.doctor.finding import Finding, fault, ok, warning

PYTHONS = ((3, 11), (3, 12), (3, 13))
GIGABYTE = 1024**3
FULL, NEARLY_FULL = 1 * GIGABYTE, 3 * GIGABYTE
"""Free bytes of the disk: a stack with its tools takes about two gigabytes."""


def python_finding() -> Finding:
    """Whether the command runs on a Python that it was tested with."""
    version, name = sys.version_info[:2], f"Python {sys.version.split()[0]}"
    if version in PYTHONS:
        return ok("python", name)
    known = ", ".join(f"{major}.{minor}" for major, minor in PYTHONS)
    return fault("python", f"{name} is none of {known}", "install one of them, then `make setup`")


def stack_findings(folder: Path) -> Iterator[Finding]:
    """What a stack of this project needs, by the folder of its outputs.json; nothing for a stack of elsewhere."""
    try:
        layout = Layout(folder.name.removeprefix(".local").removeprefix("-"))
    except StackProblem:
        return
    if layout.folder.resolve() != folder.resolve():
        return
    running = Stack(layout.name).running()
    yield _make()
    yield _disk(layout.folder.parent)
    yield _memory(running)
    yield _port(layout, running)
    yield from _servers(layout, running)


def _make() -> Finding:
    if shutil.which("make"):
        return ok("make", "make is installed")
    return fault("make", "make is not installed", "install it: it builds, starts and stops the stack")


def _disk(folder: Path) -> Finding:
    free = shutil.disk_usage(folder).free
    text = f"{free / GIGABYTE:,.1f} GB of the disk are free"
    if free < NEARLY_FULL:
        finding = fault if free < FULL else warning
        return finding("disk", text, "delete what is not needed: the stack and its tools take about two gigabytes")
    return ok("disk", text)


def _memory(running: set[str]) -> Finding:
    try:
        require_memory()
    except StackProblem as problem:
        # Servers that run have theirs already.
        return (warning if running else fault)("memory", *_parts(problem))
    return ok("memory", "there is enough for the stack")


def _port(layout: Layout, running: set[str]) -> Finding:
    """The port of the AWS emulator; every other server takes any that is free."""
    if endpoints.external_endpoint("aws"):
        return ok("port", "none is needed: AWS is elsewhere")
    remembered = read_json(layout.folder / "ports.json").get("aws")
    if "aws" in running:
        return ok("port", f"{remembered} is the stack's own")
    try:
        return ok("port", f"{endpoints.port_for('aws', layout, remembered, set())} is free")
    except StackProblem as problem:
        return fault("port", *_parts(problem))


def _servers(layout: Layout, running: set[str]) -> Iterator[Finding]:
    addresses = endpoints.stack_endpoints(layout)
    for key in KEYS:
        check = TITLES[key].lower()
        if key in running or (key in addresses and addresses[key].external):
            yield ok(check, f"{'runs' if key in running else 'is elsewhere'}: {addresses[key].url}")
        else:
            yield fault(check, "does not run", f"`{layout.make} up` starts it")


def _parts(problem: StackProblem) -> tuple[str, str]:
    """What is wrong, and what to do: a problem says both in one sentence."""
    text, _, remedy = str(problem).removesuffix(".").partition(": ")
    return text, remedy
