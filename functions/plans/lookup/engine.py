"""The engine that finds plans: OpenSearch, or the table if the deployment has no OpenSearch."""

from collections.abc import Callable
from typing import NamedTuple

from payerworks.json_text import Json
from payerworks.search_index import has_engine
from plans.index.search_models import IndexedObjectQuery, PlanSearchQuery
from plans.lookup import index_lookup, table_lookup
from plans.lookup.found import Found, FoundObject


class Engine(NamedTuple):
    """What either engine does, with the same answers in the same order.

    search        the plans of a tenant that match, after a position
    read_plan     the text of a plan; None if there is none
    find_objects  the objects in plans that a query asks for, after a position: one more than its limit, if there are
    """

    search: Callable[[str, PlanSearchQuery, Json], Found]
    read_plan: Callable[[str, str], str | None]
    find_objects: Callable[[str, IndexedObjectQuery, Json], list[FoundObject]]


def engine() -> Engine:
    """The engine of this deployment. Its calls raise Unavailable, and NotSupported for what only OpenSearch does."""
    if has_engine():
        return Engine(index_lookup.search, index_lookup.read_plan, index_lookup.find_objects)
    return Engine(table_lookup.search, table_lookup.read_plan, table_lookup.find_objects)
