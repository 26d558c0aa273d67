"""Runs of worlds: one by its seed, or as many as fit into some seconds until a promise breaks."""

import importlib
import random
import time
from types import ModuleType
from typing import NamedTuple

from tests.models import process
from tests.models.aws_model import Stack
from tests.models.faults import FAULTS
from tests.models.process import Patches
from tests.models.scheduler import Broken, Scheduler, draw_weather

WORLDS = ("plans", "idempotency", "totals", "payments", "registry", "directory", "audit")


class Run(NamedTuple):
    """A run that has ended: what broke (None: nothing), and its steps in words if they were kept."""

    world: str
    seed: int
    broken: BaseException | None
    trace: list[str]


class FaultGone(Exception):
    """A planted fault does not fit the code any more."""


class Search(NamedTuple):
    """Runs of a world: their number, the first one that broke (None: none), and the seconds it took."""

    world: str
    runs: int
    broken: Run | None
    seconds: float


def run(world: str, seed: int, *, fault: str = "", traces: bool = False) -> Run:
    """Run a world; a seed gives the same run each time, in processes with the same PYTHONHASHSEED."""
    module = _loaded(world)
    scheduler = Scheduler(seed, draw_weather(random.Random(seed)), traces=traces)
    scheduler.note(f"the weather: {scheduler.weather}")
    stack = Stack(scheduler, module.FUNCTIONS)
    of_run = module.World(scheduler, stack)
    broken: BaseException | None = None
    try:
        with stack.installed(of_run.environment) as patches:
            try:
                of_run.prepare(patches)
                if fault:
                    _plant(fault, patches, stack)
                of_run.start()
                scheduler.run()
                of_run.check()
            finally:
                scheduler.end()
        of_run.compare()
    except (KeyboardInterrupt, FaultGone):
        raise
    except BaseException as error:  # noqa: BLE001 — whatever broke is the result
        broken = error
    return Run(world, seed, broken, scheduler.trace or [])


def search(world: str, seconds: float, *, first: int = 1, step: int = 1, fault: str = "") -> Search:
    """Run a world with the seeds `first`, `first + step`, … for some seconds, or until a promise breaks.

    With a fault, seeds that break a promise without it do not count.
    """
    _loaded(world)
    began, count = time.monotonic(), 0
    while time.monotonic() - began < seconds:
        count += 1
        ended = run(world, first, fault=fault)
        if ended.broken is not None and not (fault and run(world, first).broken):
            # In words: not every exception passes from one process to another.
            words = Broken(ended.broken if isinstance(ended.broken, Broken) else repr(ended.broken))
            return Search(world, count, ended._replace(broken=words), time.monotonic() - began)
        first += step
    return Search(world, count, None, time.monotonic() - began)


def _plant(fault: str, patches: Patches, stack: Stack) -> None:
    try:
        FAULTS[fault].plant(patches, stack)
    except AttributeError as error:
        raise FaultGone(f"the fault {fault} has no place any more: {error}") from error


def _loaded(world: str) -> ModuleType:
    module = importlib.import_module(f"tests.models.worlds.{world}")
    process.load(*module.MODULES)
    return module
