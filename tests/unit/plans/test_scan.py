from collections.abc import Sequence
from dataclasses import replace

import botocore.session

from plans.plan.stored_plan import Change, creation, deletion
from plans.storage import repository
from plans.storage.items import Author, Item, root_item, service_item, version_item
from plans.storage.scan import PlanKey, RootState, read_root_states, root_page, scan, scanned_plans
from tests.unit.plans.plans import changed

AUTHOR = Author("u-1", "request")


def made(tenant: str, plan_id: str) -> Change:
    return creation(tenant, changed(objectId=plan_id), None, "seed")


def items(change: Change) -> list[Item]:
    """The items of a plan in the order of their keys, with an orphaned generation and history."""
    old = replace(change.after, generation="0")
    services = [*(service_item(old, part) for part in change.put), *(service_item(change.after, p) for p in change.put)]
    return [root_item(change.after), *sorted(services, key=lambda item: str(item["sk"])), version_item(change, AUTHOR)]


def test_plans_come_whole_wherever_a_page_ends_and_without_other_generations() -> None:
    changes = [made("acme", "a"), made("acme", "b"), made("other", "a")]
    whole = [item for change in changes for item in items(change)]
    for end in range(1, len(whole)):
        found = list(scanned_plans([whole[:end], whole[end:]]))
        assert [plan.root for plan, _ in found] == [change.after for change in changes]
        assert [set(plan.services) for plan, _ in found] == [set(change.put) for change in changes]


def test_services_stored_before_their_plan_are_no_plan() -> None:
    first, second = items(made("acme", "a")), items(made("acme", "b"))
    # A creation that died has left services, and no root.
    assert [plan.root.plan_id for plan, _ in scanned_plans([first[1:] + second])] == ["b"]
    assert [plan.root.plan_id for plan, _ in scanned_plans([first + second[1:]])] == ["a"]


def test_the_position_behind_a_plan_is_its_last_item() -> None:
    first, second = items(made("acme", "a")), items(made("acme", "b"))
    positions = [position for _, position in scanned_plans([first + second])]
    assert positions == [{name: item[name] for name in ("pk", "sk")} for item in (first[-1], second[-1])]


def stored(aws: botocore.session.Session, keys: Sequence[PlanKey]) -> None:
    for tenant, plan_id in keys:
        repository.commit_change(made(tenant, plan_id), AUTHOR)


def test_roots_of_one_tenant_or_of_all_and_tombstones_by_key(aws: botocore.session.Session) -> None:
    stored(aws, [("acme", "a"), ("acme", "b"), ("other", "a")])
    gone = repository.commit_change(deletion(repository.live_root("acme", "b")), AUTHOR)
    root = repository.live_root("acme", "a")
    assert root_page("acme", None) == ({("acme", "a"): RootState.of(root)}, None)
    assert set(root_page(None, None)[0]) == {("acme", "a"), ("other", "a")}
    found = read_root_states([("acme", "a"), ("acme", "b"), ("acme", "never")], consistent=True)
    assert found == {("acme", "a"): RootState.of(root), ("acme", "b"): RootState.of(gone)}
    assert RootState.of(gone).deleted


def test_a_scan_goes_on_behind_a_position(aws: botocore.session.Session) -> None:
    stored(aws, [("acme", "a"), ("acme", "b"), ("acme", "c")])
    (_, position), *rest = scanned_plans(scan(None))
    assert [plan.root for plan, _ in scanned_plans(scan(position))] == [plan.root for plan, _ in rest]
