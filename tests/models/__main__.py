"""Run the project's code under simulated faults: what broke, by which seed, and its steps in words.

python -m tests.models                          all worlds, 60 seconds
python -m tests.models plans --seconds 600      one world
python -m tests.models plans --seed 7           the run of a seed again, with its steps
python -m tests.models --faults                 each planted fault, and how soon it is found
"""

import argparse
import concurrent.futures
import os
import sys
import traceback
from collections.abc import Sequence

if os.environ.get("PYTHONHASHSEED") != "0":
    # The order of sets decides the order of calls, so a seed gives the same run only under one hash seed.
    os.execve(
        sys.executable, [sys.executable, "-m", "tests.models", *sys.argv[1:]], os.environ | {"PYTHONHASHSEED": "0"}
    )

from tests.models.faults import FAULT_SECONDS, FAULTS
from tests.models.runs import WORLDS, Run, Search, run, search

MOST_STEPS = 200
"""Steps of a broken run that are printed; those of its seed alone are printed in full."""


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m tests.models", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("worlds", nargs="*", metavar="world", help=", ".join(WORLDS))
    parser.add_argument("--seconds", type=float, default=60.0, help="of all worlds together")
    parser.add_argument("--first", type=int, default=1, help="the first seed to try")
    parser.add_argument("--seed", type=int, help="run this seed alone and print its steps")
    parser.add_argument("--fault", default="", choices=["", *FAULTS], metavar="fault", help="plant a fault")
    parser.add_argument("--faults", action="store_true", help="plant each fault and print how soon it is found")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    return parser.parse_args()


def main() -> int:
    """Returns 1 if a promise broke, or with --faults if a fault was not found."""
    given = _arguments()
    worlds: Sequence[str] = given.worlds or ([FAULTS[given.fault].world] if given.fault else WORLDS)
    if given.faults:
        return _find_faults(given.processes)
    if given.seed is not None:
        return max(_show(run(world, given.seed, fault=given.fault, traces=True), sys.maxsize) for world in worlds)
    seconds = given.seconds / len(worlds)
    return max(_search(world, seconds, given.first, given.fault, given.processes) for world in worlds)


def _searches(world: str, seconds: float, first: int, fault: str, processes: int) -> list[Search]:
    with concurrent.futures.ProcessPoolExecutor(processes) as pool:
        seeds = range(first, first + processes)
        jobs = [pool.submit(search, world, seconds, first=seed, step=processes, fault=fault) for seed in seeds]
        return [job.result() for job in jobs]


def _search(world: str, seconds: float, first: int, fault: str, processes: int) -> int:
    searches = _searches(world, seconds, first, fault, processes)
    runs, broken = sum(each.runs for each in searches), [each.broken for each in searches if each.broken]
    print(f"{world}: {runs} runs in {max(each.seconds for each in searches):.0f} s, {len(broken)} broken", flush=True)
    for each in broken[:1]:
        _show(run(world, each.seed, fault=fault, traces=True), MOST_STEPS)
    return 1 if broken else 0


def _show(ended: Run, most: int) -> int:
    if len(ended.trace) > most:
        print(
            f"  … {len(ended.trace) - most} steps before; all: python -m tests.models {ended.world} --seed {ended.seed}"
        )
    print("\n".join(ended.trace[-most:]))
    if ended.broken is None:
        print(f"{ended.world}, seed {ended.seed}: nothing broke")
        return 0
    if not isinstance(ended.broken, AssertionError):
        traceback.print_exception(ended.broken, file=sys.stdout)
    print(f"{ended.world}, seed {ended.seed}: {ended.broken}")
    return 1


def _find_faults(processes: int) -> int:
    missed = 0
    for name, fault in FAULTS.items():
        searches = _searches(fault.world, FAULT_SECONDS, 1, name, processes)
        found = min((each for each in searches if each.broken), key=lambda each: each.seconds, default=None)
        missed += found is None
        seconds = found.seconds if found else FAULT_SECONDS
        outcome = f"seed {found.broken.seed:5d}  {found.broken.broken}" if found and found.broken else "NOT FOUND"
        print(f"{fault.kind:>6}  {name:58s} {seconds:5.1f} s  {outcome}"[:220], flush=True)
    return 1 if missed else 0


sys.exit(main())
