"""The fields of plan documents that searches query.

A linked service's document also carries the searchable fields of the two objects in it, and a plan's document those
of its own cost shares. So `q` and the ranges query one document, and a search joins only plans and services.
"""

from collections.abc import Mapping
from typing import Any

from payerworks.json_text import Json
from plans.plan.document import parse_creation_date

AMOUNTS = ("deductible", "copay", "coinsurance", "annualMaximum")
_AMOUNT = {"type": "double", "ignore_malformed": True}
_TYPES = ("objectType", "type", "serviceType")

PROPERTIES: dict[str, Any] = {
    **dict.fromkeys(AMOUNTS, _AMOUNT),
    "created": {"type": "date", "format": "strict_date"},
    "serviceText": {"type": "text"},
    "objectTypes": {"type": "keyword", "ignore_above": 1024},
}


def plan_fields(plan: Mapping[str, Json]) -> dict[str, Json]:
    """The search fields of a plan's own document."""
    return {"created": parse_creation_date(plan["creationDate"]).isoformat(), **_amounts(plan["planCostShares"])}


def service_fields(service: Mapping[str, Json]) -> dict[str, Json]:
    """The search fields of a linked service's document: a text of its name and types, amounts, and object types."""
    linked, shares = service["linkedService"], service["planserviceCostShares"]
    types = [holder.get(name) for holder in (service, linked) for name in _TYPES]
    return {
        "serviceText": [linked["name"], *(text for text in types if isinstance(text, str))],
        "objectTypes": [holder["objectType"] for holder in (service, linked, shares)],
        **_amounts(shares),
    }


def _amounts(shares: Mapping[str, Json]) -> dict[str, Json]:
    # The model does not check optional amounts: one that is not a number is stored but not searched.
    amounts = {name: value for name in AMOUNTS if isinstance(value := shares.get(name), int | float)}
    # A double is what the index keeps of them; it needs no more digits than a double has. Adding 0 makes 0 of -0.
    return {name: float(value) + 0.0 for name, value in amounts.items() if not isinstance(value, bool)}
