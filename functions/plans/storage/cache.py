"""The copies of plans in Redis, from which `GET /v1/plan/{id}` answers."""

from payerworks.cache import Cache

PLANS = Cache("plan")
