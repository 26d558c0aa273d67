"""Plans found in DynamoDB: whole plans by their own members, services within one plan.

A search reads MOST_READ plans at most, from the index that fits its filters, or one plan with its services. So it
answers at once, and as a search in OpenSearch would; what it would have to read all services for is refused.
"""

import itertools
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from payerworks import json_text
from payerworks.errors import Fault
from payerworks.json_text import Json
from payerworks.search_index import needs_engine
from plans.index import documents, results
from plans.index.query import MAX_FACET_VALUES, MAX_MATCHES
from plans.index.search_models import IndexedObjectQuery, PlanSearchQuery
from plans.lookup.found import Found, FoundObject
from plans.lookup.matching import fits_plan, fits_service
from plans.lookup.read_your_writes import wait_until_searchable
from plans.storage import repository
from plans.storage.items import Summary

MOST_READ = 1000
"""Plans that are read for one page, and for facets."""
_PAGE = 100
_INSTEAD = (
    "filter plans by id (`objectId_prefix`), type, organization, date or their own amounts (`level=plan`), "
    "or search within one plan (`plan`)"
)


def search(tenant: str, params: PlanSearchQuery, start: Json) -> Found:
    """The plans that match, by id; a page can be shorter and still have a next one, after MOST_READ plans."""
    if params.after is not None:
        wait_until_searchable(tenant, params.after, repository.listed_version)
    if params.plan is not None:
        return _within_plan(tenant, params, params.plan, start)
    _check_needs_no_services(params)
    facets = _facets(params, _plans(_candidates(tenant, params, None))) if params.facets else {}
    found: list[Summary] = []
    read = 0
    for summary in itertools.islice(_candidates(tenant, params, start), MOST_READ):
        read, last = read + 1, summary.plan_id
        if fits_plan(summary.text.value, params):
            found.append(summary)
        if len(found) > params.limit:
            break
    page = found[: params.limit]
    after = page[-1].plan_id if len(found) > params.limit else last if read == MOST_READ else None
    return Found([_item(summary.text.value) for summary in page], after, facets)


def _candidates(tenant: str, params: PlanSearchQuery, start: Json) -> Iterator[Summary]:
    """The plans that may match, by id, from an index."""
    org, plan_type = params.org, params.plan_type
    if params.after is not None:
        # The write was waited for in the index by tenant; the others may have it later.
        org = plan_type = None
    is_exact = not params.days and not params.ranges and None in (params.org, params.plan_type)
    page_size = params.limit + 1 if is_exact and not params.facets and params.after is None else _PAGE
    prefix = params.id_prefix or ""
    after = None if start is None else str(start)
    plans = repository.each_plan(tenant, org, plan_type, after, page_size, prefix)
    return itertools.takewhile(lambda summary: summary.plan_id.startswith(prefix), plans)


def _check_needs_no_services(params: PlanSearchQuery) -> None:
    faults = [Fault("/q", "needs a search engine, or one plan to search in")] if params.words else []
    if params.level == "service":
        for amount, bounds in params.ranges.items():
            faults += [Fault(f"/{amount}_{bound}", "of services needs one plan to search in") for bound in bounds]
    if params.object_type not in (None, "plan"):
        faults.append(Fault("/objectType", "of services needs one plan to search in"))
    if faults:
        raise needs_engine(_INSTEAD, *faults)


def _plans(summaries: Iterable[Summary]) -> list[Mapping[str, Json]]:
    """The own members of plans. Raises NotSupported above MOST_READ."""
    read = list(itertools.islice(summaries, MOST_READ + 1))
    if len(read) > MOST_READ:
        fault = Fault("/facets", f"are counted over at most {MOST_READ:,} plans")
        raise needs_engine("leave out `facets`, or filter by `objectId_prefix`", fault)
    return [summary.text.value for summary in read]


def _facets(params: PlanSearchQuery, plans: Iterable[Mapping[str, Json]]) -> dict[str, Json]:
    fitting = [plan for plan in plans if fits_plan(plan, params)]
    aggregations = {name: Counter(str(plan[name]) for plan in fitting) for name in params.facets or ()}
    buckets = {
        name: [{"key": value, "doc_count": number} for value, number in sorted(counts.items(), key=_most_first)]
        for name, counts in aggregations.items()
    }
    return results.facets(params.facets, {name: {"buckets": all_[:MAX_FACET_VALUES]} for name, all_ in buckets.items()})


def _most_first(counted: tuple[str, int]) -> tuple[int, str]:
    value, number = counted
    return -number, value


def _within_plan(tenant: str, params: PlanSearchQuery, plan_id: str, start: Json) -> Found:
    """The plan if it matches, with its matching services, in its order."""
    root = repository.read_root(tenant, plan_id)
    plans = [root.text.value] if root and not root.deleted and fits_plan(root.text.value, params) else []
    items: list[str] = []
    if root and plans:
        matches: list[str] = []
        if params.asks_services:
            services = repository.plan_of(root).services
            matches = [part.text for part in services if fits_service(json_text.read(part.text), params)]
        if matches or not params.asks_services:
            items.append(_item(plans[0], matches))
    return Found([] if start is not None else items, None, _facets(params, plans if items else []))


def _item(plan: Mapping[str, Json], matches: list[str] | None = None) -> str:
    own = {name: plan[name] for name in ("objectId", "planType", "_org", "creationDate")}
    return results.item(own, None, (matches or [])[:MAX_MATCHES], len(matches or []))


def read_plan(tenant: str, plan_id: str) -> str | None:
    """A plan from the table, as of now."""
    root = repository.read_root(tenant, plan_id)
    return None if root is None or root.deleted else repository.plan_of(root).text


def find_objects(tenant: str, params: IndexedObjectQuery, start: Json) -> list[FoundObject]:
    """Objects of one plan: the one in `plan`, or the one whose children are asked for."""
    plan_id = params.plan if params.plan is not None or params.parent_type != "plan" else params.id
    if plan_id is None:
        raise needs_engine("name the plan (`plan`)", Fault("/plan", "is needed without a search engine"))
    root = repository.read_root(tenant, plan_id)
    if root is None or root.deleted:
        return []
    actions = documents.root_actions(root)
    for part in repository.plan_of(root).services:
        actions += documents.service_actions(root, part)
    filters = documents.object_filters(params.id, params.parent_type, plan_id)
    found: list[FoundObject] = []
    for source in (action["source"] for action in actions):
        shown = source | {"kind": source["kind"]["name"]}
        if all(shown.get(name) in (value if isinstance(value, list) else [value]) for name, value in filters.items()):
            place: list[Json] = [source["planId"], source["rank"], source["key"]]
            if start is None or place > start:
                found.append((documents.indexed_object(source), place))
    return sorted(found, key=lambda each: each[1])[: params.limit + 1]
