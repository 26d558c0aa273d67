"""The index of plans held against the table, a page at a time."""

from collections.abc import Iterable, Sequence
from itertools import groupby

from payerworks.json_text import Json
from plans.index_content import Content, contents, indexed_plans, refresh
from plans.search_index import ALIAS
from plans.table_pages import PAGE, PlanKey, read_root_states, root_page
from search.drift import Finding, Look, compare, orphans


def look_at_table(tenant: str | None, position: Json) -> Look:
    """Which of the table's plans the index may have otherwise."""
    roots, following = root_page(tenant, position)
    return [finding.key for finding in compare(roots, _contents(roots))], len(roots), following


def look_at_index(tenant: str | None, position: Json) -> Look:
    """Which of the index's plans the table may not have."""
    keys, following = indexed_plans(ALIAS, tenant, position, PAGE)
    roots = read_root_states(keys, consistent=False)
    return [finding.key for finding in orphans(keys, roots)], len(keys), following


def look_again(keys: Sequence[PlanKey]) -> list[Finding]:
    """What differs of these plans, as it is now."""
    roots = read_root_states(keys, consistent=True)
    refresh(ALIAS)
    held = _contents(keys)
    return compare(roots, held) + orphans([key for key in held if held[key].documents and key not in roots], roots)


def _contents(keys: Iterable[PlanKey]) -> dict[PlanKey, Content]:
    found: dict[PlanKey, Content] = {}
    for tenant, group in groupby(sorted(keys), key=lambda key: key[0]):
        held = contents(ALIAS, tenant, [plan_id for _, plan_id in group])
        found |= {(tenant, plan_id): content for plan_id, content in held.items()}
    return found
