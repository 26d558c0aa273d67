"""Plant faults and print those that no test notices; exits with 1 if less than 95 % were found (usage: __init__.py)."""

import argparse
import contextlib
import os
import random
import re
import signal
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.planted import reach, running
from tests.planted.accepted import ACCEPTED
from tests.planted.fault import Fault
from tests.planted.listed import LISTED, Gone
from tests.planted.modules import MODULES
from tests.planted.reach import Reach
from tests.planted.rules import faults_of

ROOT = Path(__file__).parents[2]
KEPT = ROOT / ".planted/reach.json"
KEEP_EVERY = 10
"""Files of tests, after which what they reach is kept, should the rest be stopped."""
ENOUGH = 95.0
NOT_OURS = ("tests/unit/localstack/", "tests/unit/planted/")
"""Tests of other code."""


def main() -> int:
    options = _options()
    signal.signal(signal.SIGTERM, _interrupt)
    files = running.files_of(ROOT)
    running.import_libraries()
    with running.copies(ROOT, files, options.workers) as roots:
        # All is of the copies, so that the tree may change meanwhile.
        faults = _chosen(roots[0], options)
        reached = Reach(roots[0], _traced(roots, files))
        planted = _plant(roots, faults, reached, options.seconds)
    return _report(planted)


def _chosen(root: Path, options: argparse.Namespace) -> list[Fault]:
    faults = [] if options.rules_only else _listed(root)
    if not options.listed:
        faults += _by_rule(root, options.paths or MODULES)
    faults = [fault for fault in faults if re.search(options.only, fault.title)]
    if options.sample and options.sample < len(faults):
        faults = random.Random(options.seed).sample(faults, options.sample)
    return faults


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="tests.planted", description=__doc__)
    parser.add_argument("paths", nargs="*", help="files or folders to plant faults in by rule")
    parser.add_argument("--listed", action="store_true", help="plant only the faults of listed.py")
    parser.add_argument("--rules-only", action="store_true", help="plant only faults by rule")
    parser.add_argument("--only", default="", help="plant only the faults whose line of the report has this pattern")
    parser.add_argument("--sample", type=int, help="plant this many, chosen at random")
    parser.add_argument("--seed", type=int, default=0, help="of that choice")
    parser.add_argument("--seconds", type=float, default=600, help="of CPU, traced: how many tests to run for a fault")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1, help="processes (default: the cores)")
    return parser.parse_args()


def _listed(root: Path) -> list[Fault]:
    faults = []
    for listed in LISTED:
        try:
            faults.append(listed.fault(root))
        except Gone as gone:
            print(gone)
    return faults


def _by_rule(root: Path, paths: Sequence[str]) -> list[Fault]:
    faults = []
    for path in paths:
        within = root / path
        files = [within] if within.is_file() else sorted(within.rglob("*.py"))
        faults += [fault for file in files for fault in faults_of(root, str(file.relative_to(root)))]
    return faults


def _traced(roots: Sequence[Path], files: Sequence[str]) -> dict[str, Any]:
    kept = reach.Kept(KEPT, roots[0], files)
    tests = [file for file in files if file.startswith("tests/unit/") and Path(file).name.startswith("test_")]
    tests = [file for file in tests if not file.startswith(NOT_OURS)]
    missing = [file for file in tests if kept.tests_of(file) is None]
    traced: dict[str, dict[str, Any]] = {}
    progress = _Progress("tracing", len(missing), every=1)
    for file, found in running.spread(roots, missing, lambda copy, file: copy.trace(file)):
        traced[file] = found
        progress.step(f"{len(found)} tests of {file}")
        if len(traced) % KEEP_EVERY == 0:
            kept.keep(traced)
    kept.keep(traced)
    return {name: test for file in tests for name, test in (kept.tests_of(file) or {}).items()}


Outcome = tuple[bool, int]
"""Whether a fault survives, and how many tests have run."""


def _plant(roots: Sequence[Path], faults: Sequence[Fault], reached: Reach, seconds: float) -> dict[Fault, Outcome]:
    """The outcomes of the faults; if it is interrupted, of those that were planted until then."""

    def survives(copy: running.Copy, fault: Fault) -> Outcome:
        stages = reached.stages(fault, seconds)
        survived = all(copy.survives(fault, tests, reached.seconds_of(tests)) for tests in stages)
        return survived, sum(map(len, stages))

    planted: dict[Fault, Outcome] = {}
    progress, survivors = _Progress("planting", len(faults)), 0
    with contextlib.suppress(KeyboardInterrupt):
        for fault, outcome in running.spread(roots, faults, survives):
            planted[fault] = outcome
            if outcome[0]:
                survivors += 1
                progress.line(f"not noticed: {fault.title}")
            progress.step(f"{survivors} not noticed")
    return planted


def _interrupt(*_: object) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    raise KeyboardInterrupt


def _report(planted: dict[Fault, Outcome]) -> int:
    reasons = {entry[:3]: entry.reason for entry in ACCEPTED}
    survivors = sorted((fault for fault, (survived, _) in planted.items() if survived), key=_order)
    accepted = {fault: reasons.get((fault.file, fault.where, fault.change)) for fault in survivors}
    lines: dict[bool, list[str]] = {False: [], True: []}
    for fault, reason in accepted.items():
        tests = planted[fault][1]
        why = reason or (f"{tests} tests pass" if tests else "no test reaches it")
        lines[reason is not None].append(f"  {fault.title} ({why})")
    for is_accepted, title in ((False, "Not noticed:"), (True, "Not noticed, and accepted:")):
        if lines[is_accepted]:
            print(title, *lines[is_accepted], sep="\n")
    expected = len(planted) - len(lines[True])
    found = expected - len(lines[False])
    percent = 100 * found / expected if expected else 100.0
    print(f"{found} of {expected} faults found ({percent:.1f} %), {len(lines[True])} accepted")
    return 0 if percent >= ENOUGH else 1


def _order(fault: Fault) -> tuple[str, int]:
    return fault.file, fault.start


class _Progress:
    """A line that says how far the work is: on a terminal always the last one, else now and then."""

    def __init__(self, title: str, total: int, every: int = 20) -> None:
        self._title, self._total, self._done = title, total, 0
        self._begun, self._every = time.monotonic(), every
        self._live = sys.stdout.isatty()

    def line(self, text: str) -> None:
        print(f"\r\033[K{text}" if self._live else text, flush=True)

    def step(self, state: str) -> None:
        self._done += 1
        left = (time.monotonic() - self._begun) / self._done * (self._total - self._done)
        text = f"{self._title} {self._done}/{self._total}, {state}, {left / 60:.0f} min left"
        if self._live:
            print(f"\r\033[K{text}", end="\n" if self._done == self._total else "", flush=True)
        elif self._done % self._every == 0 or self._done == self._total:
            print(text, flush=True)


if __name__ == "__main__":
    sys.exit(main())
