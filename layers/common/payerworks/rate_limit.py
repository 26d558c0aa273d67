"""Limit a client's calls of an operation: counted in Redis, exact over any window and across all functions.

Without Redis only the gateway's own limit holds.
"""

from typing import NamedTuple

from payerworks.errors import TooManyRequests
from payerworks.http import Request
from payerworks.redis_connection import RedisDown, redis

# A client's calls of the last window, sorted by time. Returns whether one more call is allowed, how many may follow,
# and after how many milliseconds the oldest leaves the window.
_TAKE = """
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local limit, window = tonumber(ARGV[1]), tonumber(ARGV[2])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - window)
local calls = redis.call('ZCARD', KEYS[1])
local allowed = calls < limit
if allowed then
    calls = calls + 1
    redis.call('ZADD', KEYS[1], now, time[1] .. '.' .. time[2] .. '.' .. calls)
    redis.call('PEXPIRE', KEYS[1], window)
end
local oldest = redis.call('ZRANGE', KEYS[1], 0, 0, 'WITHSCORES')
return {allowed and 1 or 0, limit - calls, oldest[2] + window - now}
"""


class _Taken(NamedTuple):
    allowed: int
    remaining: int
    milliseconds: int


def check_rate(request: Request, limit: int, seconds: int) -> dict[str, str]:
    """Count a client's call. Returns the RateLimit headers of its answer (draft-ietf-httpapi-ratelimit-headers-10).

    A client is a user of a tenant on one route. Raises TooManyRequests above `limit` calls in any `seconds`.
    """
    taken = _take(f"{request.tenant}#rate#{request.user_id}#{request.route}", limit, seconds)
    if taken is None:
        return {}
    wait = -(-taken.milliseconds // 1000)
    headers = {
        "RateLimit-Policy": f'"calls";q={limit};w={seconds}',
        "RateLimit": f'"calls";r={taken.remaining};t={wait}',
    }
    if not taken.allowed:
        detail = f"A client may call this {limit} times in {seconds} seconds."
        raise TooManyRequests(detail, headers=headers | {"Retry-After": str(wait)})
    return headers


def _take(key: str, limit: int, seconds: int) -> _Taken | None:
    connection = redis()
    if connection is None:
        return None
    try:
        return _Taken(*connection.call("EVAL", _TAKE, 1, key, limit, seconds * 1000))
    except RedisDown:
        return None
