"""Redis in memory: texts with an end, the guarded put of payerworks/cache.py, and a failover that loses everything."""

import re
from typing import Any

from payerworks.redis_connection import RedisDown
from tests.models.scheduler import Scheduler

SECONDS = 0.25
"""How long the client waits for an answer (payerworks/redis_connection.py)."""
_GUARD = re.compile(r"if current and current (>=?) tonumber\(ARGV\[1\]\) then return 0 end")
_SET = re.compile(r"redis\.call\('SET', KEYS\[1\], ARGV\[2\], '(PX|PXAT)', ARGV\[3\]\)")


class Redis:
    """The client, with RedisConnection's method."""

    def __init__(self, scheduler: Scheduler) -> None:
        self._scheduler = scheduler
        self._values: dict[str, tuple[bytes, float]] = {}

    def call(self, *words: Any) -> Any:
        """The answer to a command. Raises RedisDown."""
        shown = " ".join(str(word)[:40] for word in words if "redis.call" not in str(word))
        return self._scheduler.call(
            f"redis {shown}", lambda: self._serve(*words), limit=SECONDS, no_answer=RedisDown, usual=0.001
        )

    def _serve(self, name: str, *words: Any) -> Any:
        if self._scheduler.chance(self._scheduler.weather.busy / 20):
            self._values.clear()
            self._scheduler.note("redis loses everything")
        return {"GET": self._get, "SET": self._set, "EVAL": self._eval}[name](*words)

    def _get(self, key: str) -> bytes | None:
        value, ends_at = self._values.get(key, (b"", 0.0))
        return value if ends_at > self._scheduler.now else None

    def _set(self, key: str, value: Any, unit: str, time: Any) -> str:
        number = float(time)
        ends = {
            "EX": self._scheduler.now + number,
            "PX": self._scheduler.now + number / 1000,
            "PXAT": number / 1000,
        }[unit]
        self._values[key] = (value if isinstance(value, bytes) else str(value).encode(), ends)
        return "OK"

    def _eval(self, script: str, _keys: int, key: str, newest: int, value: bytes, time: int) -> int:
        """The script "put unless newer". What the model knows of it is read from its text."""
        guard, put = _GUARD.search(script), _SET.search(script)
        if put is None:
            raise ValueError(f"the model does not know this script: {script}")
        found = re.match(rb"\d+", self._get(key) or b"")
        current = int(found[0]) if found else None
        if guard and current is not None and (current > newest if guard[1] == ">" else current >= newest):
            return 0
        self._set(key, value, put[1], time)
        return 1
