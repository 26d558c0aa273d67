"""The processes of a run: the project's code sees the run's clock, chance and servers instead of the real ones."""

import builtins
import concurrent.futures
import contextlib
import datetime
import functools
import importlib
import os
import random
import sys
import uuid
from collections.abc import Callable, Iterator, Sequence
from types import ModuleType, SimpleNamespace
from typing import Any

import opensearchpy
from botocore.exceptions import ClientError, HTTPClientError

from payerworks import aws, log, opensearch, redis_connection, search_index, sqs, times
from payerworks.settings import settings
from tests.models.scheduler import Scheduler

OF_SERVERS = (OSError, ClientError, HTTPClientError, opensearchpy.TransportError, opensearchpy.ConnectionError)
"""Errors that servers cause, which fail an invocation."""
_BUGS = (ArithmeticError, AssertionError, AttributeError, LookupError, NameError, TypeError, ValueError)
PACKAGES = (
    "payerworks", "plans", "claims", "intake", "search", "auth", "directory", "institutions", "doctors", "patients",
    "appointments", "audit",
)  # fmt: skip


class _Clock:
    """The module `time`, of the run's time and the current actor's clock."""

    def __init__(self, scheduler: Scheduler) -> None:
        self._scheduler = scheduler

    def time(self) -> float:
        return self._scheduler.now + self._scheduler.current.skew

    def time_ns(self) -> int:
        return int(self.time() * 1_000_000) * 1000

    def monotonic(self) -> float:
        return self._scheduler.now

    perf_counter = monotonic

    def sleep(self, seconds: float) -> None:
        self._scheduler.sleep(seconds)


def _datetime_module(clock: _Clock) -> ModuleType:
    class Now(datetime.datetime):
        @classmethod
        def now(cls, tz: Any = None) -> Any:
            return datetime.datetime.fromtimestamp(clock.time(), tz)

    module = ModuleType("datetime")
    module.__dict__.update(datetime.__dict__)
    module.datetime = Now  # type: ignore[attr-defined]
    return module


class _Chance:
    """The modules `random`, `secrets` and `uuid`, of the run's generator."""

    def __init__(self, scheduler: Scheduler) -> None:
        # Apart from the scheduler's, so that a fault in the code changes as little as possible of what happens.
        self._draw = random.Random(scheduler.draw.getrandbits(64))
        self.uniform, self.choice, self.random = self._draw.uniform, self._draw.choice, self._draw.random
        self.shuffle, self.sample, self.randrange = self._draw.shuffle, self._draw.sample, self._draw.randrange
        self.UUID = uuid.UUID

    def token_hex(self, count: int) -> str:
        return self._draw.randbytes(count).hex()

    def token_urlsafe(self, count: int) -> str:
        return self.token_hex(count)

    def uuid4(self) -> uuid.UUID:
        return uuid.UUID(bytes=self._draw.randbytes(16), version=4)


class _OneByOne:
    """A ThreadPoolExecutor that does everything at once, in the current thread, a `map` in any order."""

    draw: random.Random

    def __init__(self, _: int) -> None: ...

    def __enter__(self) -> "_OneByOne":
        return self

    def __exit__(self, *_: object) -> None: ...

    def map(self, work: Callable[[Any], Any], given: Sequence[Any]) -> list[Any]:
        results: dict[int, Any] = {}
        for number in self.draw.sample(range(len(given)), len(given)):
            results[number] = work(list(given)[number])
        return [results[number] for number in range(len(given))]

    def submit(self, work: Callable[..., Any], *arguments: Any) -> Any:
        future: concurrent.futures.Future[Any] = concurrent.futures.Future()
        try:
            future.set_result(work(*arguments))
        except Exception as error:  # noqa: BLE001 — the future raises it
            future.set_exception(error)
        return future


class Patches:
    """Attributes changed for a while."""

    def __init__(self) -> None:
        self._undo: list[tuple[Any, str, Any]] = []

    def set(self, holder: Any, name: str, value: Any) -> None:
        missing = object()
        before = holder.__dict__.get(name, missing)
        if before is missing and not hasattr(builtins, name):
            raise AttributeError(f"{holder} has {name} no more")
        self._undo.append((holder, name, None if before is missing else before))
        setattr(holder, name, value)

    def undo(self) -> None:
        while self._undo:
            holder, name, value = self._undo.pop()
            if value is None:
                delattr(holder, name)
            else:
                setattr(holder, name, value)


@functools.cache
def load(*names: str) -> None:
    """Import modules before a run, so that none is imported in it."""
    for name in names:
        importlib.import_module(name)


@contextlib.contextmanager
def installed(
    scheduler: Scheduler, clients: dict[str, Any], redis: Any, opensearch_client: Any, environment: dict[str, str]
) -> Iterator[Patches]:
    """Give the project's code the run's clock, chance and servers for a while."""
    patches = Patches()
    clock, chance = _Clock(scheduler), _Chance(scheduler)
    own = [module for name, module in list(sys.modules.items()) if name.split(".")[0] in PACKAGES]
    stand_ins = {
        "time": clock,
        "datetime": _datetime_module(clock),
        "random": chance,
        "secrets": chance,
        "uuid": chance,
        "ThreadPoolExecutor": type("OneByOne", (_OneByOne,), {"draw": scheduler.draw}),
    }
    for module in own:
        for name, stand_in in stand_ins.items():
            found = module.__dict__.get(name)
            if isinstance(found, ModuleType) or found is concurrent.futures.ThreadPoolExecutor:
                patches.set(module, name, stand_in)
    patches.set(log, "print", lambda *_, **__: None)
    patches.set(aws, "session", lambda: SimpleNamespace(create_client=lambda name, **_: clients[name]))
    patches.set(sqs, "send_message", lambda *message: clients["sqs"].send_message(*message))
    patches.set(search_index, "waiting_messages", lambda url: clients["sqs"].waiting_messages(url))
    patches.set(redis_connection, "RedisConnection", lambda *_: redis)
    patches.set(opensearchpy, "OpenSearch", lambda *_, **__: opensearch_client)
    unexpected = functools.partial(_note_unexpected, scheduler)
    for module in own:
        if module.__dict__.get("log_unexpected") is not None:
            patches.set(module, "log_unexpected", unexpected)
    before = dict(os.environ)
    os.environ.update(environment)
    caches = (settings, log.logger, aws.client, redis_connection.redis, opensearch.opensearch)
    for cached in caches:
        cached.cache_clear()
    times.begin_invocation(None)
    try:
        yield patches
    finally:
        patches.undo()
        os.environ.clear()
        os.environ.update(before)
        for cached in caches:
            cached.cache_clear()
        times.begin_invocation(None)


def _note_unexpected(scheduler: Scheduler, message: str, error: Exception, **_: Any) -> None:
    scheduler.note(f"{message}: {error!r}")
    if not isinstance(error, OF_SERVERS) and isinstance(error, _BUGS):
        raise UnexpectedError(f"{message}: {error!r}") from error


class UnexpectedError(BaseException):
    """The code raised what it does not expect: the run ends with it, past all handlers of the code."""
