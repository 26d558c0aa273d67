"""A layer is built for the functions' Python and processor, whatever machine builds it."""

import importlib.util
import os
import re
import struct
import subprocess
from pathlib import Path

import pytest

from localstack import build
from localstack.layout import ROOT, TOOLS
from tests.unit.conftest import TEMPLATE

AARCH64, X86_64 = 183, 62
"""`e_machine` of the ELF header, from its byte 18 (System V ABI, Chapter 4)."""
TARGETS = {
    build.AWS: (AARCH64, "313", "aarch64"),
    build.Target("python3.12", "x86_64"): (X86_64, "312", "x86_64"),
}
MAGIC = {"313": 3571, "312": 3531, "311": 3495}
"""The number that the bytecode of each Python begins with (CPython, Lib/importlib/_bootstrap_external.py)."""


@pytest.fixture(scope="module", params=TARGETS, ids=lambda target: f"{target.runtime}-{target.architecture}")
def built(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[build.Target, Path]:
    target, folder = request.param, tmp_path_factory.mktemp("layer")
    path = os.pathsep.join([str(TOOLS / "uv/bin"), os.environ["PATH"]])
    environment = {"ARTIFACTS_DIR": str(folder), "RUNTIME": target.runtime, "ARCHITECTURE": target.architecture}
    command = ["make", "--silent", "-C", str(ROOT / "layers/dependencies"), "build-DependenciesLayer"]
    subprocess.run(command, check=True, env=os.environ | environment | {"PATH": path})
    return target, folder / "python"


def test_every_binary_is_of_the_target(built: tuple[build.Target, Path]) -> None:
    target, folder = built
    machine, version, name = TARGETS[target]
    binaries = [path for path in folder.rglob("*") if path.is_file() and path.read_bytes()[:4] == b"\x7fELF"]
    assert len(binaries) >= 8
    for binary in binaries:
        assert struct.unpack("<H", binary.read_bytes()[18:20]) == (machine,), binary
        assert re.search(rf"\.(cpython-{version}-{name}-linux-gnu|abi3)\.so$", binary.name), binary
    packages = {path.name.partition("-")[0] for path in folder.glob("*.dist-info")}
    assert {"cryptography", "hiredis", "orjson", "pydantic_core", "argon2_cffi_bindings"} <= packages


def test_bytecode_is_of_the_targets_python_or_there_is_none(built: tuple[build.Target, Path]) -> None:
    target, folder = built
    compiled = list(folder.rglob("*.pyc"))
    assert bool(compiled) == (target.python is not None)
    for path in compiled:
        magic = int.from_bytes(path.read_bytes()[:2], "little")
        assert (path.suffixes[-2], magic) == (f".cpython-{TARGETS[target][1]}", MAGIC[TARGETS[target][1]]), path


def test_this_machines_bytecode_is_not_that_of_another_python() -> None:
    assert int.from_bytes(importlib.util.MAGIC_NUMBER[:2], "little") == MAGIC.get(build.RUNTIME[6:].replace(".", ""), 0)


def test_a_build_for_aws_is_for_what_the_template_is_deployed_for() -> None:
    parameters = TEMPLATE.template["Parameters"]
    assert build.AWS.parameters == {name: parameters[name]["Default"] for name in build.AWS.parameters}
    assert parameters["Runtime"]["Default"] == "python3.13"
    assert parameters["Architecture"]["Default"] == "arm64"
    layers = [each for each in TEMPLATE.template["Resources"].values() if each["Type"].endswith("::LayerVersion")]
    assert all(each["Properties"]["CompatibleArchitectures"] == [{"Ref": "Architecture"}] for each in layers)
    makefile = (ROOT / "layers/dependencies/Makefile").read_text()
    assert "RUNTIME ?= python3.13" in makefile
    assert "ARCHITECTURE ?= arm64" in makefile


def test_a_change_of_the_target_is_a_change_of_the_build() -> None:
    other = build.Target(build.RUNTIME, "riscv")
    assert len({build.source_fingerprint(target) for target in (build.LOCAL, build.AWS, other)}) == 3
