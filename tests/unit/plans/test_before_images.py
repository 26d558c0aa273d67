"""Before images lead back to every version of a plan, whatever its changes and whatever mix of versions was read."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from plans.plan.document import digest, undo
from plans.plan.stored_plan import Change, StoredPlan, creation, replacement

NAMES = [f"service-{number}" for number in range(6)]


def plans() -> st.SearchStrategy[dict[str, Any]]:
    """Plans of a few services in any order, each with one of a few contents."""

    def plan(members: dict[str, int], services: list[tuple[str, int]]) -> dict[str, Any]:
        linked = [{"objectId": name, "copay": copay} for name, copay in services]
        return {"objectId": "plan", "_org": "x"} | members | {"linkedPlanServices": linked, "last": 1}

    members = st.dictionaries(st.sampled_from(["planType", "note"]), st.integers(0, 1))
    services = st.lists(st.tuples(st.sampled_from(NAMES), st.integers(0, 2)), unique_by=lambda pair: pair[0])
    return st.builds(plan, members, services)


@given(st.lists(plans(), min_size=1, max_size=8))
def test_undoing_the_images_since_a_version_gives_that_version(plans_in_order: list[dict[str, Any]]) -> None:
    changes = [creation("acme", plans_in_order[0], None, "seed")]
    stored = [_after(changes[0])]
    for plan in plans_in_order[1:]:
        change = replacement("replaced", stored[-1], plan)
        if change is not None:
            changes.append(change)
            stored.append(_after(change))
    last = stored[-1]
    for number, past in enumerate(stored):
        before_images = [change.before_images for change in changes[number + 1 :]]
        text, services = undo(last.root.text, last.services, before_images)
        assert StoredPlan(last.root, services).services == past.services
        assert (text, digest(text, services)) == (past.root.text, past.root.digest)


@given(st.lists(plans(), min_size=2, max_size=8), st.data())
def test_undoing_the_images_since_a_version_gives_it_from_any_mix_of_later_ones(
    plans_in_order: list[dict[str, Any]], data: st.DataObject
) -> None:
    changes = [creation("acme", plans_in_order[0], None, "seed")]
    stored = [_after(changes[0])]
    for plan in plans_in_order[1:]:
        change = replacement("replaced", stored[-1], plan)
        if change is not None:
            changes.append(change)
            stored.append(_after(change))
    number = data.draw(st.integers(0, len(stored) - 1))
    # Each service is read as of the version of the root or of a later one; new ones are seen or not.
    mix = []
    for name in NAMES:
        seen = data.draw(st.sampled_from(stored[number:]))
        mix += [part for part in seen.services if part.object_id == name]
    before_images = [change.before_images for change in changes[number + 1 :]]
    past = stored[number]
    text, services = undo(past.root.text, mix, before_images)
    assert (text, services) == (past.root.text, past.services)


def _after(change: Change) -> StoredPlan:
    assert change.services is not None
    return StoredPlan(change.after, change.services)
