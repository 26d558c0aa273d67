"""The dependencies layer contains the packages that the functions import, and no others."""

import ast
import re
import sys
from collections.abc import Iterator
from importlib.metadata import packages_distributions

from localstack.layout import ROOT

LAYER = ROOT / "layers/dependencies"
SOURCES = [path for folder in ("functions", "layers/common") for path in sorted((ROOT / folder).rglob("*.py"))]
OWN = {path.name for folder in ("functions", "layers/common") for path in (ROOT / folder).iterdir()}


def imported() -> Iterator[str]:
    """The top-level module of each import in product code, inside functions too."""
    for source in SOURCES:
        for node in ast.walk(ast.parse(source.read_text())):
            if isinstance(node, ast.Import):
                yield from (name.name.split(".")[0] for name in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module:
                yield node.module.split(".")[0]


def test_each_required_package_is_imported_and_each_imported_one_required() -> None:
    lines = (LAYER / "requirements.in").read_text().splitlines()
    required = {re.split(r"[^a-z0-9-]", line)[0] for line in lines if not line.startswith("#")}
    modules = set(imported()) - OWN - sys.stdlib_module_names
    distributions = packages_distributions()
    used = {name.lower().replace("_", "-") for module in modules for name in distributions[module]}
    # zoneinfo reads tzdata without an import in our code.
    needed = {"tzdata"} if "zoneinfo" in set(imported()) else set()
    assert required == used | needed


def test_botocore_describes_the_services_that_are_called() -> None:
    [line] = re.findall(r"^SERVICES = (.*)$", (LAYER / "Makefile").read_text(), re.MULTILINE)
    called = {name for source in SOURCES for name in re.findall(r"""\bclient\("([a-z0-9-]+)"\)""", source.read_text())}
    assert set(line.split()) == called
