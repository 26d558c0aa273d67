"""Which unit tests reach which lines: a pytest plugin that traces each test, and the map that all of them make."""

import hashlib
import json
import re
import sys
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Collection, Generator, Iterable
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from tests.planted.fault import Fault
from tests.planted.modules import SOURCES

Lines = dict[str, list[int]]
_COMMON = ("events/", "template.yaml", "tests/unit/conftest.py")
"""What all tests read."""
NEAR_FILES = 6
NEAR_SECONDS = 8.0
"""Files of tests, and seconds of CPU, to begin with: most faults are found there."""


class Tracer:
    """Notes the lines of the project's code that each test runs, and the test's seconds of CPU."""

    def __init__(self, root: Path) -> None:
        self._prefixes = tuple(f"{root}/{name}/" for name in SOURCES)
        self._cut = len(f"{root}/")
        self._seen: set[tuple[str, int]] = set()
        self.tests: dict[str, tuple[float, Lines]] = {}

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, object, object]:
        self._seen = set()
        begun = time.process_time()
        threading.settrace(self._call)
        sys.settrace(self._call)
        try:
            return (yield)
        finally:
            sys.settrace(None)
            threading.settrace(None)
            lines: Lines = defaultdict(list)
            for file, line in sorted(self._seen):
                lines[file[self._cut :]].append(line)
            self.tests[item.nodeid] = (time.process_time() - begun, lines)

    def _call(self, frame: FrameType, event: str, argument: object) -> Any:
        # Code of a module or a class body runs once, for whichever test comes first.
        code = frame.f_code
        if code.co_filename.startswith(self._prefixes) and code.co_flags & 0x02:
            return self._line
        return None

    def _line(self, frame: FrameType, event: str, argument: object) -> Any:
        self._seen.add((frame.f_code.co_filename, frame.f_lineno))
        return self._line


class Reach:
    """The tests by the lines that they reach."""

    def __init__(self, root: Path, traced: dict[str, tuple[float, Lines]]) -> None:
        self.seconds = {test: seconds for test, (seconds, _) in traced.items()}
        self._sizes = Counter(map(_file, traced))
        self._tested = {file: path.read_text() for file in self._sizes if (path := root / file).exists()}
        self._tests: dict[tuple[str, int], set[str]] = defaultdict(set)
        for test, (_, lines) in traced.items():
            for file, numbers in lines.items():
                for number in numbers:
                    self._tests[file, number].add(test)
        files = sorted(path for name in SOURCES for path in (root / name).rglob("*.py"))
        self._texts = {str(path.relative_to(root)): path.read_text().splitlines() for path in files}

    def stages(self, fault: Fault, seconds: float) -> list[list[str]]:
        """The tests that reach a fault: few that most likely find it, then the others; up to so many seconds of CPU."""
        # In order, so that the same tests run every time; among equals the nearest file is the first.
        tests = sorted(set(self._tests_of(fault)))
        files = sorted({_file(test): None for test in tests}, key=lambda file: self._distance(fault.file, file, tests))
        near = [test for file in files[:NEAR_FILES] for test in tests if _file(test) == file]
        far = [test for file in files[NEAR_FILES:] for test in tests if _file(test) == file]
        first = self._within(near, NEAR_SECONDS)
        rest = self._within([test for test in near if test not in first], seconds / 2)
        rest += self._within(far, seconds / 2)
        return [stage for stage in (first, rest) if stage]

    def seconds_of(self, tests: Iterable[str]) -> float:
        return sum(self.seconds[test] for test in tests)

    def _tests_of(self, fault: Fault) -> Iterable[str]:
        if fault.tests:
            return [test for test in self.seconds if test.startswith(fault.tests)]
        tests = set().union(*(self._tests.get((fault.file, line), ()) for line in fault.lines))
        return tests | self._by_names(fault.file, fault.names, set()) | self._naming(fault.file, fault.names)

    def _distance(self, file: str, tested: str, tests: Collection[str]) -> tuple[bool, bool, float]:
        """Whether a file of tests does not import a file, is of another service, and how few of its tests reach it."""
        path = Path(file)
        service = path.parts[2] if path.parts[0] == "layers" else path.parts[min(1, len(path.parts) - 1)]
        reaching = sum(_file(test) == tested for test in tests)
        is_near = tested.startswith(f"tests/unit/{service}/") or Path(tested).parent == Path("tests/unit")
        return not self._imports(tested, file), not is_near, -reaching / self._sizes[tested]

    def _within(self, tests: Iterable[str], seconds: float) -> list[str]:
        """One test of each file in turn, the fastest first, while their seconds last."""
        turns: dict[str, int] = defaultdict(int)
        order: dict[str, tuple[int, float]] = {}
        for test in sorted(tests, key=lambda test: self.seconds[test]):
            order[test] = turns[_file(test)], self.seconds[test]
            turns[_file(test)] += 1
        chosen: list[str] = []
        for test in sorted(order, key=lambda test: order[test]):
            seconds -= self.seconds[test]
            if chosen and seconds < 0:
                break
            chosen.append(test)
        return chosen

    def _by_names(self, file: str, names: Iterable[str], done: set[tuple[str, str]]) -> set[str]:
        """The tests that reach a use of a name, or of what is defined by it."""
        tests: set[str] = set()
        for name in set(names):
            own = name.startswith("_") or name == "handler"
            if (file if own else "", name) in done:
                continue
            done.add((file if own else "", name))
            word = re.compile(rf"\b{re.escape(name)}\b")
            for other in [file] if own else self._texts:
                for number, text in enumerate(self._texts[other], start=1):
                    if word.search(text):
                        reached = self._tests.get((other, number), set())
                        tests |= reached
                        if not reached:
                            tests |= self._by_names(other, self._definer(other, number), done)
        return tests

    def _naming(self, file: str, names: Iterable[str]) -> set[str]:
        """The tests whose file imports a module and has a name of it: a constant is compared without a line's run."""
        words = [re.compile(rf"\b{re.escape(name)}\b") for name in names]
        naming = {
            tested
            for tested, text in (self._tested if words else {}).items()
            if self._imports(tested, file) and any(word.search(text) for word in words)
        }
        return {test for test in self.seconds if _file(test) in naming}

    def _imports(self, tested: str, file: str) -> bool:
        """Whether a file of tests imports a module, or from it."""
        above, _, name = (
            file.removesuffix(".py").partition("/")[2].removeprefix("common/").replace("/", ".").rpartition(".")
        )
        module = rf"from {re.escape(above)} import (\([^)]*|[^(\n]*)\b{name}\b|\b{re.escape(f'{above}.{name}')}\b"
        return re.search(module, self._tested[tested]) is not None

    def _definer(self, file: str, number: int) -> list[str]:
        """The name that the statement of the module with a line defines."""
        for text in reversed(self._texts[file][:number]):
            defined = re.match(r"(?:class |def )?(\w+)\b(?=[:( ]|$)", text)
            if defined and not text.startswith((" ", "from ", "import ", "@", "#", '"', ")", "]", "}")):
                return [defined[1]]
        return []


class Kept:
    """What tests reach, kept in a file until what decides it changes: their file, the code they reach, the template."""

    def __init__(self, path: Path, root: Path, files: Iterable[str]) -> None:
        self._path, self._root = path, root
        self._common = [file for file in files if file.startswith(_COMMON)]
        self._files = json.loads(path.read_text()) if path.exists() else {}

    def tests_of(self, file: str) -> dict[str, Any] | None:
        """The tests of a file; None if it is to be traced."""
        kept = self._files.get(file, {})
        return kept["tests"] if kept and kept["digest"] == self._digest(file, kept["tests"]) else None

    def keep(self, traced: dict[str, dict[str, Any]]) -> None:
        """Keep the tests of files, and write all."""
        for file, tests in traced.items():
            # A file without tests is one that could not be collected.
            if tests:
                self._files[file] = {"digest": self._digest(file, tests), "tests": tests}
        self._path.parent.mkdir(exist_ok=True)
        self._path.write_text(json.dumps(self._files))

    def _digest(self, file: str, tests: dict[str, Any]) -> str:
        reached = {code for _, lines in tests.values() for code in lines}
        return _digest(self._root, {file, *self._common, *reached})


def _file(test: str) -> str:
    return test.partition("::")[0]


def _digest(root: Path, files: Iterable[str]) -> str:
    total = hashlib.sha256()
    for file in sorted(files):
        path = root / file
        total.update(file.encode() + b"\0" + (path.read_bytes() if path.exists() else b""))
    return total.hexdigest()
