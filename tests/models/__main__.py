"""Run the models: `python -m tests.models [world …] [--seconds 60] [--seed 7] [--trace]`."""

import argparse
import importlib
import os
import re
import sys
import time
from types import ModuleType

WORLDS = ("plans", "totals", "payments", "registry", "idempotency")


def run(world: ModuleType, seed: int, *, traces: bool = False, fault: str = "") -> tuple[BaseException | None, list[str]]:
    """One run of a world; what broke, and the trace."""
    import random

    from tests.models.aws_model import Stack
    from tests.models.scheduler import Broken, Scheduler, draw_weather

    weather = draw_weather(random.Random(seed))
    scheduler = Scheduler(seed, weather, traces=traces)
    stack = Stack(scheduler, world.FUNCTIONS)
    broken: BaseException | None = None
    of_run = world.World(scheduler, stack)
    with stack.installed(getattr(world.World, "environment", dict)()) as patches:
        try:
            of_run.prepare(patches)
            of_run.start()
            scheduler.run()
            of_run.check()
        except BaseException as error:
            if isinstance(error, KeyboardInterrupt):
                raise
            broken = error
        finally:
            scheduler.end()
    if broken is None and hasattr(of_run, "compare"):
        try:
            of_run.compare()
        except Broken as error:
            broken = error
    return broken, scheduler.trace or []


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.models", description=__doc__)
    parser.add_argument("worlds", nargs="*", default=WORLDS)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--seed", type=int)
    parser.add_argument("--first", type=int, default=1)
    arguments = parser.parse_args()
    if os.environ.get("PYTHONHASHSEED") != "0":
        os.environ["PYTHONHASHSEED"] = "0"
        os.execv(sys.executable, [sys.executable, "-m", "tests.models", *sys.argv[1:]])
    from tests.models import process

    for name in arguments.worlds:
        world = importlib.import_module(f"tests.models.worlds.{name}")
        process.load(*world.MODULES)
        if arguments.seed is not None:
            broken, trace = run(world, arguments.seed, traces=True)
            print("\n".join(trace))
            print(repr(broken))
            if broken:
                import traceback; traceback.print_exception(broken)
            continue
        began, seed, count, kinds = time.monotonic(), arguments.first, 0, {}
        while time.monotonic() - began < arguments.seconds / len(arguments.worlds):
            broken, _ = run(world, seed)
            if broken:
                kinds.setdefault(re.sub(r"[\d.]+(-[0-9a-f]+)?", "…", f"{type(broken).__name__}: {broken}")[:70], []).append(seed)
            seed += 1
            count += 1
        print(f"{name}: {count} runs in {time.monotonic() - began:.1f} s")
        for kind, seeds in kinds.items():
            print(f"   {len(seeds):4d} {kind}   {seeds[:5]}")
    return 0


sys.exit(main())
