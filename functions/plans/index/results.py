"""The items and facets in the answer to a search for plans."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from payerworks import json_text
from payerworks.json_text import Json
from plans.index.search_models import Facet
from plans.plan.document import SERVICES

MAX_BYTES = 5_000_000
"""Bytes of a page's items in a function's answer (limit: 6 MB); a larger page ends early."""

Hit = Mapping[str, Any]


def page(hits: Sequence[Hit], *, scored: bool) -> list[str]:
    """The items of the found plans as JSON texts, cut off where an answer would become too large."""
    items: list[str] = []
    size = 0
    for hit in hits:
        item = _item(hit, hit["sort"][0] if scored else None)
        size += len(json.dumps(item))  # the answer embeds it as a string in a JSON text of ASCII characters
        if items and size > MAX_BYTES:
            break
        items.append(item)
    return items


def _item(hit: Hit, score: float | None) -> str:
    plan = hit["_source"]
    own = {"objectId": plan["planId"], "planType": plan["planType"], "_org": plan["org"]}
    inner = hit.get("inner_hits", {}).get(SERVICES, {}).get("hits", {"hits": [], "total": {"value": 0}})
    matches = [service["_source"]["whole"] for service in inner["hits"]]
    return item(own | {"creationDate": plan["creationDate"]}, score, matches, inner["total"]["value"])


def item(own: Mapping[str, Json], score: float | None, matches: Iterable[str], count: int) -> str:
    """The JSON text of a found plan, from its own members, the texts of services to show, and the number that match."""
    head = json_text.write({**own, "score": score})
    # The stored texts of the services keep numbers as they were sent.
    return f'{head[:-1]},"matches":[{",".join(matches)}],"matchCount":{count}}}'


def facets(names: Sequence[Facet] | None, aggregations: Mapping[str, Any]) -> dict[str, Json]:
    """The member `facets` of an answer, from the aggregations of the search; empty if no facets are requested."""
    if not names:
        return {}
    buckets = {name: aggregations.get(name, {}).get("buckets", []) for name in names}
    counts = {
        name: [{"value": bucket["key"], "count": bucket["doc_count"]} for bucket in buckets[name]] for name in names
    }
    return {"facets": counts}
