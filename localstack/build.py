"""Run `sam build` and compile the functions: Python cannot cache bytecode on Lambda's read-only disk."""

import hashlib
import os
import platform
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
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
RUNTIME = f"python{sys.version_info.major}.{sys.version_info.minor}"


@dataclass(frozen=True, slots=True)
class Target:
    """What a build is for: the parameters `Runtime` and `Architecture` of the template."""

    runtime: str
    architecture: str

    @property
    def parameters(self) -> dict[str, str]:
        """The target as parameters of the template."""
        return {"Runtime": self.runtime, "Architecture": self.architecture}

    @property
    def python(self) -> str | None:
        """A Python of this version, which alone can compile for it; None if this machine has none."""
        if self.runtime == RUNTIME:
            return sys.executable
        version = self.runtime.removeprefix("python")
        find = [str(TOOLS / "uv/bin/uv"), "python", "find", "--no-python-downloads", "--no-project", version]
        found = subprocess.run(find, capture_output=True, text=True, check=False).stdout.strip()
        return next((each for each in (self.runtime, found) if each and _runs(each)), None)


def _runs(python: str) -> bool:
    # A shim of pyenv is on the PATH also for a version that it does not run.
    try:
        return subprocess.run([python, "-c", ""], capture_output=True, check=False).returncode == 0
    except OSError:
        return False


# The emulator runs functions with its own Python, which has the same version as this one.
LOCAL = Target(RUNTIME, "arm64" if platform.machine() in ("arm64", "aarch64") else "x86_64")
AWS = Target("python3.13", "arm64")
"""The defaults of the template."""


def source_files() -> Iterator[Path]:
    """The files that a build depends on, in a fixed order."""
    yield from (ROOT / "template.yaml", ROOT / "samconfig.toml", Path(__file__))
    for folder in ("functions", "layers"):
        for path in sorted((ROOT / folder).rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                yield path


def source_fingerprint(target: Target = LOCAL) -> str:
    """A SHA-256 hex digest that changes when the target or any file that a build reads changes."""
    digest = hashlib.sha256(f"{target.runtime} {target.architecture}".encode())
    for path in source_files():
        digest.update(f"{path.relative_to(ROOT)}\0{path.stat().st_size}\0".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def build(say: Callable[[str], None], target: Target = LOCAL) -> str:
    """Build if the sources or the target have changed since the last build; return the fingerprint of the sources.

    Call it with LOCK held, because all stacks share one build folder. Raises StackProblem if the build fails.
    """
    fingerprint = source_fingerprint(target)
    if FINGERPRINT.exists() and FINGERPRINT.read_text() == fingerprint:
        return fingerprint
    began = time.monotonic()
    FINGERPRINT.unlink(missing_ok=True)
    # Of Python, `sam build` only copies sources, but it looks for an interpreter of the parameter's version.
    environment = {"RUNTIME": target.runtime, "ARCHITECTURE": target.architecture}
    overrides = [f"Runtime={RUNTIME}", f"Architecture={target.architecture}"]
    # SAM's keys of cached builds do not contain the environment.
    cache = ROOT / ".aws-sam/cache" / f"{target.runtime}-{target.architecture}"
    run_sam(["build", "--cache-dir", str(cache), "--parameter-overrides", *overrides], environment, LOG, "sam build")
    if python := target.python:
        compile_functions(BUILT, python)
    else:
        say(f"  no {target.runtime} here to compile with: cold starts will take longer")
    FINGERPRINT.write_text(fingerprint)
    say(f"  built      in {time.monotonic() - began:4.1f} s")
    return fingerprint


def run_sam(arguments: list[str], environment: Mapping[str, str], log: Path, title: str) -> None:
    """Run the SAM CLI and write its output to `log`; a failure raises StackProblem with the last lines of the log."""
    log.parent.mkdir(parents=True, exist_ok=True)
    programs = [Path(sys.executable).parent, TOOLS / "uv/bin", TOOLS / "node/bin"]
    path = os.pathsep.join([*map(str, programs), os.environ["PATH"]])
    ours = {"PATH": path, "PAGES_MODULES": str(TOOLS / "pages/node_modules"), "SAM_CLI_TELEMETRY": "0"}
    with log.open("wb") as output:
        completed = subprocess.run(
            [TOOLS / "sam/bin/sam", *arguments],
            cwd=ROOT,
            env=os.environ | environment | ours,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            check=False,
        )
    if completed.returncode:
        raise StackProblem(f"{title} failed. The end of {log}:\n{last_lines(log, 25)}")


def compile_functions(built: Path, python: str = sys.executable) -> None:
    """Compile one copy of functions/ and copy its bytecode to the others: SAM makes an identical copy per function."""
    first, *others = function_folders(built)
    for folder in (first, *others):
        for stale in folder.rglob("__pycache__"):
            shutil.rmtree(stale)
    options = ["-q", "--invalidation-mode", "unchecked-hash", "-s", str(first), "-p", "/var/task"]
    compiled = subprocess.run(
        [python, "-m", "compileall", *options, str(first)],
        # Without a fixed seed, sets are compiled in another order each time and every function is uploaded again.
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
    """The build folders of all functions, sorted, each once."""
    resources = read_template(built / "template.yaml")["Resources"].values()
    uris = (item["Properties"]["CodeUri"] for item in resources if item["Type"] == "AWS::Serverless::Function")
    return sorted({built / uri for uri in uris})


class TemplateLoader(yaml.SafeLoader):
    """Reads a template's structure; the values of !Ref, !Sub and the like become None."""


TemplateLoader.add_multi_constructor("!", lambda *_: None)


def read_template(path: Path) -> dict[str, Any]:
    """A SAM or CloudFormation template; the values of !Ref, !Sub and the like are None."""
    template: dict[str, Any] = yaml.load(path.read_text(), TemplateLoader)  # noqa: S506  # TemplateLoader is a SafeLoader
    return template
