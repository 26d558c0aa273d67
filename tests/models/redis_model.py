"""Redis in memory: texts with an end, scripts, and failovers that lose everything."""

import functools
import math
import re
from collections.abc import Callable
from typing import Any

from payerworks.redis_connection import RedisDown
from tests.models.scheduler import Scheduler

SECONDS = 0.25
"""How long the client waits for an answer (payerworks/redis_connection.py)."""


class Redis:
    """The client, with RedisConnection's method. `is_whole`: it has answered all calls and lost nothing."""

    def __init__(self, scheduler: Scheduler) -> None:
        self._scheduler = scheduler
        self._values: dict[str, tuple[bytes, float]] = {}
        self.is_whole = True

    def call(self, *words: Any) -> Any:
        """The answer to a command. Raises RedisDown."""
        shown = " ".join(str(word)[:40] for word in words if "redis.call" not in str(word))
        try:
            return self._scheduler.call(
                f"redis {shown}", lambda: self._serve(*words), limit=SECONDS, no_answer=RedisDown, usual=0.001
            )
        except RedisDown:
            self.is_whole = False
            raise

    def _serve(self, name: str, *words: Any) -> Any:
        if self._scheduler.chance(self._scheduler.weather.busy / 20):
            self.lose()
        return self._eval(*words) if name == "EVAL" else self._command(name, *words)

    def lose(self) -> None:
        """Lose everything, as a failover may."""
        self._values.clear()
        self.is_whole = False
        self._scheduler.note("redis loses everything")

    def _command(self, name: str, *words: Any) -> Any:
        commands = {"GET": self._get, "SET": self._set, "GETRANGE": self._get_range, "TIME": self._time}
        return commands[name](*words)

    def _get(self, key: str) -> bytes | None:
        value, ends_at = self._values.get(key, (b"", 0.0))
        return value if ends_at > self._scheduler.now else None

    def _get_range(self, key: str, first: int, last: int) -> str:
        return (self._get(key) or b"")[first : last + 1].decode(errors="replace")

    def _set(self, key: str, value: Any, unit: str, time: Any) -> str:
        number, now = float(time), self._scheduler.now
        ends_at = {"EX": now + number, "PX": now + number / 1000, "EXAT": number, "PXAT": number / 1000}[unit]
        self._values[key] = (value if isinstance(value, bytes) else str(value).encode(), ends_at)
        return "OK"

    def _time(self) -> list[int]:
        now = self._scheduler.now
        return [0, int(now), int(now % 1 * 1e6)]  # Lua counts from 1

    def _eval(self, script: str, keys: int, *words: Any) -> Any:
        return _translated(script)(self._command, [None, *words[:keys]], [None, *words[keys:]])


@functools.cache
def _translated(script: str) -> Callable[..., Any]:
    """A script in Lua as a function in Python: of Lua's statements, those that are one line each."""
    lines = ["def script(call, KEYS, ARGV):"]
    for line in filter(None, map(str.strip, script.strip().splitlines())):
        python = re.sub(r"^local ", "", line)
        python = re.sub(r"^if (.+) then (return .+) end$", r"if \1: \2", python)
        python = python.replace("redis.call", "call").replace("~=", "!=").replace("nil", "None")
        python = re.sub(r"\b(math|string)\.", "", python)
        lines.append(f"    {python}")
    names: dict[str, Any] = {"min": min, "max": max, "floor": math.floor, "match": _match, "tonumber": _number}
    exec("\n".join(lines), names)
    function: Callable[..., Any] = names["script"]
    return function


def _match(text: str, pattern: str) -> str | None:
    if pattern != "^%d+":
        raise ValueError(f"the model does not know the pattern {pattern}")
    found = re.match(r"\d+", text)
    return found[0] if found else None


def _number(text: Any) -> float | None:
    return None if text is None else float(text)
