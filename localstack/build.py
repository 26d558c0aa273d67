"""`sam build` of the template, and bytecode for the functions, which Lambda's read-only disk cannot keep itself."""

import hashlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from localstack.files import last_lines
from localstack.layout import ROOT, TOOLS
from localstack.problem import StackProblem

BUILT = ROOT / ".aws-sam/build"
FINGERPRINT = ROOT / ".aws-sam/payerworks-fingerprint"
LOG = ROOT / ".aws-sam/build.log"
LOCK = TOOLS / "build.lock"
# The emulator runs functions in its own Python, which is this one's version: layers are built for it.
RUNTIME = f"python{sys.version_info.major}.{sys.version_info.minor}"


def source_files() -> Iterator[Path]:
    yield from (ROOT / "template.yaml", ROOT / "samconfig.toml", Path(__file__))
    for folder in ("functions", "layers"):
        for path in sorted((ROOT / folder).rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                yield path


def source_fingerprint() -> str:
    """Changes with anything that a build reads, and with the runtime."""
    digest = hashlib.sha256(RUNTIME.encode())
    for path in source_files():
        digest.update(f"{path.relative_to(ROOT)}\0{path.stat().st_size}\0".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def build(say: Callable[[str], None]) -> str:
    """Build unless the last build read the same files; answer the fingerprint of what is built.

    Call it with LOCK held: every stack shares the one build folder.
    """
    fingerprint = source_fingerprint()
    if FINGERPRINT.exists() and FINGERPRINT.read_text() == fingerprint:
        return fingerprint
    began = time.monotonic()
    FINGERPRINT.unlink(missing_ok=True)
    run_sam(["build", "--parameter-overrides", f"Runtime={RUNTIME}"], {"RUNTIME": RUNTIME}, LOG, "sam build")
    compile_functions(BUILT)
    FINGERPRINT.write_text(fingerprint)
    say(f"  built      in {time.monotonic() - began:4.1f} s")
    return fingerprint


def run_sam(arguments: list[str], environment: Mapping[str, str], log: Path, what: str) -> None:
    """Run the SAM CLI with its output in a log; the end of it becomes the problem when it fails."""
    log.parent.mkdir(parents=True, exist_ok=True)
    path = os.pathsep.join([str(Path(sys.executable).parent), str(TOOLS / "uv/bin"), os.environ["PATH"]])
    with log.open("wb") as output:
        ended = subprocess.run(
            [TOOLS / "sam/bin/sam", *arguments],
            cwd=ROOT,
            env=os.environ | environment | {"PATH": path, "SAM_CLI_TELEMETRY": "0"},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            check=False,
        )
    if ended.returncode:
        raise StackProblem(f"{what} failed. The end of {log}:\n{last_lines(log, 25)}")


def compile_functions(built: Path) -> None:
    """Compile one copy of functions/ (SAM makes one a function, all alike) and give the bytecode to the others."""
    first, *others = function_folders(built)
    for folder in (first, *others):
        for stale in folder.rglob("__pycache__"):
            shutil.rmtree(stale)
    options = ["-q", "--invalidation-mode", "unchecked-hash", "-s", str(first), "-p", "/var/task"]
    compiled = subprocess.run(
        [sys.executable, "-m", "compileall", *options, str(first)],
        # The order of sets would otherwise differ from build to build, and every function be uploaded anew.
        env=os.environ | {"PYTHONHASHSEED": "0"},
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    if compiled.returncode:
        raise StackProblem(f"A function does not compile:\n{compiled.stdout}")
    for cache in list(first.rglob("__pycache__")):
        for other in others:
            shutil.copytree(cache, other / cache.relative_to(first))


def function_folders(built: Path) -> list[Path]:
    """The build folder of each function."""
    resources = read_template(built / "template.yaml")["Resources"].values()
    uris = (item["Properties"]["CodeUri"] for item in resources if item["Type"] == "AWS::Serverless::Function")
    return sorted({built / uri for uri in uris})


class TemplateLoader(yaml.SafeLoader):
    """Reads a template's structure; the values of !Ref, !Sub and the like become None."""


TemplateLoader.add_multi_constructor("!", lambda *_: None)


def read_template(path: Path) -> dict[str, Any]:
    template: dict[str, Any] = yaml.load(path.read_text(), TemplateLoader)  # noqa: S506  # it is a SafeLoader
    return template
