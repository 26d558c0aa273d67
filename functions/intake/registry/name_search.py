"""The engine that finds patients by name: OpenSearch, or the table if the deployment has no OpenSearch."""

from intake.registry import repository, search_index
from intake.registry.search_index import NamePrefix
from payerworks.search_index import has_engine


def find(tenant: str, names: NamePrefix, skip: int, count: int) -> tuple[int, list[str]]:
    """The number of patients with such names, and the ids of up to `count` after the first `skip`, sorted by name.

    `skip` + `count` is at most 10,000. Raises Unavailable; without OpenSearch as repository.find_by_name.
    """
    if has_engine():
        return search_index.find(tenant, names, skip, count)
    return repository.find_by_name(tenant, names.last, names.first, skip, count)
