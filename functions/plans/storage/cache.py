"""The copies of plans in Redis: what `GET /v1/plan/{id}` answers."""

from payerworks.cache import Cache

PLANS = Cache("plan")
