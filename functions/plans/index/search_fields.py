"""What a search for plans asks of their documents.

A linked service's document carries what is searched of the two objects in it, and a plan's document the amounts of
its own cost shares: so `q` and the ranges speak of one document, and a search joins plans and services only.
"""

from collections.abc import Mapping
from typing import Any

from payerworks.json_text import Json
from plans.plan.document import creation_date

AMOUNTS = ("deductible", "copay", "coinsurance", "annualMaximum")
_AMOUNT = {"type": "double", "ignore_malformed": True}
_TYPES = ("objectType", "type", "serviceType")

PROPERTIES: dict[str, Any] = {
    **dict.fromkeys(AMOUNTS, _AMOUNT),
    "created": {"type": "date", "format": "strict_date"},
    "serviceText": {"type": "text"},
    "objectTypes": {"type": "keyword", "ignore_above": 1024},
}


def of_plan(plan: Mapping[str, Json]) -> dict[str, Json]:
    """The fields of a plan's own document."""
    return {"created": creation_date(plan["creationDate"]).isoformat(), **_amounts(plan["planCostShares"])}


def of_service(service: Mapping[str, Json]) -> dict[str, Json]:
    """The fields of a linked service's document: its name and types as one text, its amounts, its objects' types."""
    linked, shares = service["linkedService"], service["planserviceCostShares"]
    types = [holder.get(name) for holder in (service, linked) for name in _TYPES]
    return {
        "serviceText": [linked["name"], *(text for text in types if isinstance(text, str))],
        "objectTypes": [holder["objectType"] for holder in (service, linked, shares)],
        **_amounts(shares),
    }


def _amounts(shares: Mapping[str, Json]) -> dict[str, Json]:
    # The optional ones may be anything: what is no number is kept in the document and not searched.
    found = {name: shares.get(name) for name in AMOUNTS}
    return {name: value for name, value in found.items() if isinstance(value, int | float)}
