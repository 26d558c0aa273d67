"""Run tests in copies of the tree, a process each: pytest and the libraries are imported once and then forked."""

import contextlib
import importlib
import json
import multiprocessing
import os
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, TypeVar

import pytest

from tests.planted.fault import Fault
from tests.planted.modules import SOURCES
from tests.planted.reach import Tracer

Given = TypeVar("Given")
Result = TypeVar("Result")

_LIBRARIES = ("boto3", "hypothesis", "jsonschema", "moto", "opensearchpy", "pydantic")
_SERVICES = ("dynamodb", "kms", "s3", "sns", "sqs")
"""Of moto, which imports each at its first use."""
_PATHS = ("functions", "layers/common", "cli", ".")
_IMPORTED = "ignore::pytest.PytestAssertRewriteWarning"
"""That a plug-in of pytest, hypothesis, is imported before it starts."""
_OPTIONS = ("-q", "--no-header", "--tb=no", "-p", "no:cacheprovider", "-p", "no:xdist", "-W", _IMPORTED)
_TRACE_SECONDS = 600
_MEMORY = 6 * 1024**3
"""What a process may take: a fault can make a loop that never ends."""
_LONGEST = 20
"""How many times longer than usual tests may take before they count as hung, and failed."""


def import_libraries() -> None:
    """Import what tests need, apart from the project's own code."""
    for name in _LIBRARIES:
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
    backends = importlib.import_module("moto.backends")
    for service in _SERVICES:
        backends.get_backend(service)


def files_of(root: Path) -> list[str]:
    """The tree's files that are committed, or will be."""
    listed = subprocess.run(["git", "ls-files", "-co", "--exclude-standard"], cwd=root, capture_output=True, text=True)
    return [file for file in listed.stdout.splitlines() if (root / file).is_file()]


@contextlib.contextmanager
def copies(root: Path, files: Iterable[str], number: int) -> Iterator[list[Path]]:
    """Copies of a tree, which are deleted at the end."""
    with tempfile.TemporaryDirectory(prefix="planted-", ignore_cleanup_errors=True) as folder:
        first = Path(folder, "0")
        for file in files:
            target = first / file
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(root / file, target)
        compiled = [str(first / name) for name in (*SOURCES, "cli")]
        subprocess.run([sys.executable, "-m", "compileall", "-q", *compiled], check=True)
        others = [Path(folder, str(n)) for n in range(1, number)]
        for other in others:
            shutil.copytree(first, other)
        yield [first, *others]


class Copy:
    """One copy of the tree, in which one process at a time runs tests."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def trace(self, file: str) -> dict[str, Any]:
        """What each test of a file reaches; tests that fail without any fault are left out."""
        result = self._root / ".traced"

        def run() -> int:
            tracer, passed = Tracer(self._root), _Passed()
            pytest.main([*_OPTIONS, file], plugins=[tracer, passed])
            result.write_text(json.dumps({name: tracer.tests[name] for name in passed.tests if name in tracer.tests}))
            return 0

        result.unlink(missing_ok=True)
        self._fork(run, _TRACE_SECONDS)
        traced: dict[str, Any] = json.loads(result.read_text()) if result.exists() else {}
        return traced

    def survives(self, fault: Fault, tests: Sequence[str], seconds: float) -> bool:
        """Whether all these tests, which take so many seconds without the fault, pass with it."""

        def run() -> int:
            sys.dont_write_bytecode = True  # a compiled file could outlive the fault
            files = list(dict.fromkeys(test.partition("::")[0] for test in tests))
            status = pytest.main([*_OPTIONS, "-x", *files], plugins=[_Only(tests)])
            return 0 if status == pytest.ExitCode.NO_TESTS_COLLECTED else int(status)

        path = self._root / fault.file
        original, times = path.read_bytes(), path.stat()
        path.write_bytes(fault.planted(self._root))
        try:
            return self._fork(run, 60 + _LONGEST * seconds) == 0
        finally:
            path.write_bytes(original)
            os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))

    def _fork(self, run: Callable[[], int], seconds: float) -> int:
        """The exit status of a process that runs something on the copy; not 0 if it takes longer."""
        child = os.fork()
        if child == 0:
            status = 70
            try:
                os.setsid()
                signal.signal(signal.SIGTERM, signal.SIG_DFL)
                self._enter()
                status = run()
            finally:
                os._exit(status)
        status, end = 1, time.monotonic() + seconds
        finished = False
        try:
            while not finished and time.monotonic() < end:
                ended, found = os.waitpid(child, os.WNOHANG)
                finished, status = bool(ended), found if ended else status
                time.sleep(0 if ended else 0.02)
        finally:
            if not finished:
                with contextlib.suppress(ProcessLookupError):  # it may not have a group of its own yet
                    os.killpg(child, signal.SIGKILL)
                os.kill(child, signal.SIGKILL)
                os.waitpid(child, 0)
        return status

    def _enter(self) -> None:
        """Have this process import the project's code from the copy, and print nothing."""
        ours = {path.name for name in SOURCES for path in (self._root / name).iterdir()}
        ours |= {"tests", "bench", "localstack", "payerworks_cli"}
        for name in [name for name in sys.modules if name.partition(".")[0] in ours]:
            del sys.modules[name]
        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
        paths = [str(self._root / name) for name in _PATHS]
        sys.path[:0] = paths
        os.chdir(self._root)
        os.environ["PYTHONPATH"] = os.pathsep.join(paths)
        nothing = os.open(os.devnull, os.O_RDWR)
        for descriptor in range(3):
            os.dup2(nothing, descriptor)


class _Passed:
    """Notes the tests that pass."""

    def __init__(self) -> None:
        self.tests: list[str] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.when == "call" and report.passed:
            self.tests.append(report.nodeid)


class _Only:
    """Runs only some tests, in their order."""

    def __init__(self, tests: Sequence[str]) -> None:
        self._order = {test: number for number, test in enumerate(tests)}

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        chosen = [item for item in items if item.nodeid in self._order]
        items[:] = sorted(chosen, key=lambda item: self._order[item.nodeid])


def spread(
    roots: Sequence[Path], given: Sequence[Given], work: Callable[[Copy, Given], Result]
) -> Iterator[tuple[Given, Result]]:
    """Work on what is given in processes, one for each copy; yields the results as they come."""
    forked = multiprocessing.get_context("fork")
    waiting, done = forked.SimpleQueue(), forked.SimpleQueue()

    def serve(copy: Copy) -> None:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, _exit_once)
        while (number := waiting.get()) is not None:
            done.put((number, work(copy, given[number])))

    workers = [forked.Process(target=serve, args=[Copy(root)], daemon=True) for root in roots]
    for worker in workers:
        worker.start()
    sent = iter([*range(len(given)), *[None] * len(workers)])
    try:
        for _ in workers:
            waiting.put(next(sent))
        for _ in given:
            number, result = done.get()
            yield given[number], result
            waiting.put(next(sent))
    finally:
        for worker in workers:
            worker.terminate()
        for worker in workers:
            worker.join()


def _exit_once(*_: object) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    sys.exit(1)
