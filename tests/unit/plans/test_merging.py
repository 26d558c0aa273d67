import contextlib
import copy
from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import given

from payerworks.errors import BadInput
from plans.changes.merging import apply_merge_patch, merge_by_object_id

# The table of RFC 7396, appendix A: original, patch, result.
TABLE: list[tuple[Any, Any, Any]] = [
    ({"a": "b"}, {"a": "c"}, {"a": "c"}),
    ({"a": "b"}, {"b": "c"}, {"a": "b", "b": "c"}),
    ({"a": "b"}, {"a": None}, {}),
    ({"a": "b", "b": "c"}, {"a": None}, {"b": "c"}),
    ({"a": ["b"]}, {"a": "c"}, {"a": "c"}),
    ({"a": "c"}, {"a": ["b"]}, {"a": ["b"]}),
    ({"a": {"b": "c"}}, {"a": {"b": "d", "c": None}}, {"a": {"b": "d"}}),
    ({"a": [{"b": "c"}]}, {"a": [1]}, {"a": [1]}),
    (["a", "b"], ["c", "d"], ["c", "d"]),
    ({"a": "b"}, ["c"], ["c"]),
    ({"a": "foo"}, None, None),
    ({"a": "foo"}, "bar", "bar"),
    ({"e": None}, {"a": 1}, {"e": None, "a": 1}),
    ([1, 2], {"a": "b", "c": None}, {"a": "b"}),
    ({}, {"a": {"bb": {"ccc": None}}}, {"a": {"bb": {}}}),
]


@pytest.mark.parametrize(("original", "patch", "result"), TABLE, ids=range(1, len(TABLE) + 1))
def test_the_table_of_the_rfc(original: Any, patch: Any, result: Any) -> None:
    assert apply_merge_patch(original, patch) == result


NAMES = st.sampled_from(["a", "b", "c", ""])
LEAVES = st.booleans() | st.integers(0, 2) | st.sampled_from(["a", ""])
VALUES = st.recursive(
    LEAVES | st.none(),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=8,
)
# A merge patch cannot say that a member is null, but for one within a list.
OBJECTS = st.recursive(
    LEAVES | st.lists(VALUES, max_size=2), lambda inner: st.dictionaries(NAMES, inner, max_size=3), max_leaves=8
)


def difference(one: Any, other: Any) -> Any:
    """The merge patch that makes `other` of `one`."""
    if not isinstance(one, dict) or not isinstance(other, dict):
        return other
    changed = {name: difference(one.get(name), member) for name, member in other.items() if one.get(name) != member}
    return dict.fromkeys(one.keys() - other.keys()) | changed


@given(OBJECTS, OBJECTS)
def test_the_difference_of_two_documents_makes_one_of_the_other(one: Any, other: Any) -> None:
    assert apply_merge_patch(one, difference(one, other)) == other


@given(VALUES, VALUES)
def test_a_merge_patch_twice_is_a_merge_patch_once_and_changes_what_it_was_given_in_nothing(
    target: Any, patch: Any
) -> None:
    before = copy.deepcopy((target, patch))
    once = apply_merge_patch(target, patch)
    assert apply_merge_patch(once, patch) == once
    assert (target, patch) == before


SERVICE = st.fixed_dictionaries({"objectId": NAMES}, optional={"x": VALUES})
PLANS = st.lists(SERVICE, max_size=3, unique_by=lambda service: service["objectId"])


@given(PLANS, PLANS)
def test_services_are_matched_by_object_id_and_keep_their_order(held: Any, named: Any) -> None:
    plan = {"linkedPlanServices": held, "other": 1}
    before = copy.deepcopy((held, named))
    result = merge_by_object_id(plan, {"linkedPlanServices": named})
    ids = [service["objectId"] for service in held]
    new = [service["objectId"] for service in named if service["objectId"] not in ids]
    assert [service["objectId"] for service in result["linkedPlanServices"]] == ids + new
    assert result["other"] == 1
    assert (held, named) == before


@given(VALUES)
def test_any_change_by_object_ids_is_merged_or_refused_in_words(change: Any) -> None:
    plan = {"objectId": "p", "linkedPlanServices": [{"objectId": "a"}]}
    for body in (change, {"linkedPlanServices": change}):
        with contextlib.suppress(BadInput):
            merged = merge_by_object_id(plan, body)
            assert merged["linkedPlanServices"][0]["objectId"] == "a"
