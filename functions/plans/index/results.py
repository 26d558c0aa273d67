"""What a search for plans has found, as the items and facets of its answer."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from payerworks import json_text
from payerworks.json_text import Json
from plans.index.search_models import Facet
from plans.plan.document import SERVICES

MAX_BYTES = 5_000_000
"""Of a page's items within a function's answer, which may have 6 MB. Where they have more, the page ends early."""

Hit = Mapping[str, Any]


def page(hits: Sequence[Hit], *, scored: bool) -> list[str]:
    """The items of these plans, as JSON texts: all of them, or as many of the first as an answer can hold."""
    items: list[str] = []
    size = 0
    for hit in hits:
        item = _item(hit, hit["sort"][0] if scored else None)
        size += len(json.dumps(item))  # as it stands in the answer: a JSON text within a JSON text of ASCII
        if items and size > MAX_BYTES:
            break
        items.append(item)
    return items


def _item(hit: Hit, score: float | None) -> str:
    plan = hit["_source"]
    shown = {"objectId": plan["planId"], "planType": plan["planType"], "_org": plan["org"]}
    head = json_text.write(shown | {"creationDate": plan["creationDate"], "score": score})
    inner = hit.get("inner_hits", {}).get(SERVICES, {}).get("hits", {"hits": [], "total": {"value": 0}})
    # The services' texts as they are stored, so numbers are as they were sent.
    matches = ",".join(service["_source"]["whole"] for service in inner["hits"])
    return f'{head[:-1]},"matches":[{matches}],"matchCount":{inner["total"]["value"]}}}'


def facets(wanted: Sequence[Facet] | None, counted: Mapping[str, Any]) -> dict[str, Json]:
    """The member `facets` of an answer, from the aggregations of the search; none where none were wanted."""
    if not wanted:
        return {}
    buckets = {name: counted.get(name, {}).get("buckets", []) for name in wanted}
    return {
        "facets": {
            name: [{"value": bucket["key"], "count": bucket["doc_count"]} for bucket in found]
            for name, found in buckets.items()
        }
    }
