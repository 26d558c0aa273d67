import copy
import json
import pathlib
from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import given

from payerworks import json_text
from payerworks.errors import BadInput, Conflict
from plans.changes.json_patch import apply_json_patch, is_equal

PUBLIC_TESTS = pathlib.Path(__file__).parents[4] / "shared" / "data" / "json-patch-tests"


def public_cases(file: str) -> list[Any]:
    cases = json.loads((PUBLIC_TESTS / file).read_text())
    return [case for case in cases if not case.get("disabled")]


@pytest.mark.skipif(not PUBLIC_TESTS.exists(), reason="the public JSON Patch tests are not at hand")
@pytest.mark.parametrize(("file", "count"), [("tests.json", 92), ("spec_tests.json", 16)])
def test_the_public_json_patch_tests_pass(file: str, count: int) -> None:
    cases = public_cases(file)
    assert len(cases) == count
    failed = []
    for case in cases:
        try:
            result = apply_json_patch(case["doc"], case["patch"])
        except (BadInput, Conflict):
            ok = "error" in case
        else:
            ok = "error" not in case and is_equal(result, case.get("expected", result))
        if not ok:
            failed.append(case)
    assert failed == []


# RFC 6902, appendix A: section, document, patch, result or the error that refuses it.
APPENDIX: list[tuple[str, Any, Any, Any]] = [
    ("A.1 add a member", {"a": 1}, [{"op": "add", "path": "/b", "value": "x"}], {"a": 1, "b": "x"}),
    ("A.2 add an entry", {"s": ["a", "c"]}, [{"op": "add", "path": "/s/1", "value": "b"}], {"s": ["a", "b", "c"]}),
    ("A.3 remove a member", {"a": 1, "b": 2}, [{"op": "remove", "path": "/b"}], {"a": 1}),
    ("A.4 remove an entry", {"s": ["a", "b", "c"]}, [{"op": "remove", "path": "/s/1"}], {"s": ["a", "c"]}),
    ("A.5 replace a value", {"a": 1, "b": 2}, [{"op": "replace", "path": "/a", "value": 3}], {"a": 3, "b": 2}),
    (
        "A.6 move a value",
        {"a": {"x": 1, "y": 2}, "b": {"z": 3}},
        [{"op": "move", "from": "/a/y", "path": "/b/w"}],
        {"a": {"x": 1}, "b": {"z": 3, "w": 2}},
    ),
    (
        "A.7 move an entry",
        {"s": ["the", "old", "plan", "is"]},
        [{"op": "move", "from": "/s/1", "path": "/s/3"}],
        {"s": ["the", "plan", "is", "old"]},
    ),
    (
        "A.8 test that passes",
        {"a": "x", "s": ["p", 2, "q"]},
        [{"op": "test", "path": "/a", "value": "x"}, {"op": "test", "path": "/s/1", "value": 2}],
        {"a": "x", "s": ["p", 2, "q"]},
    ),
    ("A.9 test that fails", {"a": "x"}, [{"op": "test", "path": "/a", "value": "y"}], Conflict),
    (
        "A.10 add a nested object",
        {"a": 1},
        [{"op": "add", "path": "/child", "value": {"grandchild": {}}}],
        {"a": 1, "child": {"grandchild": {}}},
    ),
    ("A.11 ignore what is not known", {"a": 1}, [{"op": "add", "path": "/b", "value": 2, "x": 5}], {"a": 1, "b": 2}),
    ("A.12 add to what is not there", {"a": 1}, [{"op": "add", "path": "/b/c", "value": 2}], BadInput),
    ("A.14 order of escapes", {"/": 9, "~1": 10}, [{"op": "test", "path": "/~01", "value": 10}], {"/": 9, "~1": 10}),
    ("A.15 a text is no number", {"/": 9, "~1": 10}, [{"op": "test", "path": "/~01", "value": "10"}], Conflict),
    ("A.16 add a list as an entry", {"s": [1]}, [{"op": "add", "path": "/s/-", "value": [2, 3]}], {"s": [1, [2, 3]]}),
]


@pytest.mark.parametrize(("document", "patch", "expected"), [pytest.param(*case, id=name) for name, *case in APPENDIX])
def test_the_examples_of_the_rfc(document: Any, patch: Any, expected: Any) -> None:
    if isinstance(expected, type):
        with pytest.raises(expected):
            apply_json_patch(document, patch)
    else:
        assert apply_json_patch(document, patch) == expected


def test_an_operation_with_two_ops_is_refused_when_it_is_read() -> None:
    # RFC 6902, appendix A.13: such a text never becomes a patch.
    with pytest.raises(BadInput):
        json_text.read('[{"op": "add", "path": "/b", "value": 1, "op": "remove"}]')


SERVICES = {"services": [{"objectId": "a~b", "copay": 1}, {"objectId": "c/d", "copay": 2}, {"objectId": "0"}]}


@pytest.mark.parametrize(
    ("patch", "expected"),
    [
        ([{"op": "replace", "path": "/services/a~0b/copay", "value": 5}], [{"objectId": "a~b", "copay": 5}, 1, 2]),
        ([{"op": "remove", "path": "/services/c~1d"}], [0, 2]),
        ([{"op": "add", "path": "/services/c~1d", "value": "before it"}], [0, "before it", 1, 2]),
        ([{"op": "move", "from": "/services/c~1d", "path": "/services/a~0b"}], [1, 0, 2]),
        ([{"op": "copy", "from": "/services/c~1d/copay", "path": "/services/-"}], [0, 1, 2, 2.0]),
        ([{"op": "remove", "path": "/services/0"}], [1, 2]),
    ],
    ids=["escaped tilde", "escaped slash", "added before", "moved before", "copied from", "an index stays an index"],
)
def test_entries_are_also_addressed_by_their_object_ids(patch: Any, expected: Any) -> None:
    document = copy.deepcopy(SERVICES)
    known = [SERVICES["services"][entry] if type(entry) is int else entry for entry in expected]
    assert apply_json_patch(document, patch) == {"services": known}


def test_an_object_id_that_is_not_there_is_refused() -> None:
    with pytest.raises(BadInput, match="cannot be applied"):
        apply_json_patch(copy.deepcopy(SERVICES), [{"op": "remove", "path": "/services/none"}])


def test_a_member_without_a_name_is_removed_and_moved() -> None:
    assert apply_json_patch({"a": {"": 1}}, [{"op": "remove", "path": "/a/"}]) == {"a": {}}
    assert apply_json_patch({"": 1}, [{"op": "move", "from": "/", "path": "/a"}]) == {"a": 1}


def test_copies_that_would_double_the_document_again_and_again_are_refused() -> None:
    doubling = [{"op": "copy", "from": "/notes", "path": "/notes/-"}, {"op": "copy", "from": "/notes", "path": "/more"}]
    with pytest.raises(BadInput) as raised:
        apply_json_patch({"notes": ["x" * 1000]}, doubling * 50)
    assert "4 MB" in raised.value.errors[0].message


@pytest.mark.parametrize("last", [[], [{"op": "copy", "from": "", "path": "/whole"}]])
def test_a_result_that_is_nested_too_deep_is_refused(last: Any) -> None:
    deeper = [{"op": "add", "path": "/a" * depth, "value": {}} for depth in range(1, 1200)]
    with pytest.raises(BadInput, match="nested deeper"):
        apply_json_patch({}, deeper + last)


@pytest.mark.parametrize(
    ("patch", "told"),
    [
        ({}, "list"),
        ([5], "op must be one of"),
        ([{"op": "jump", "path": ""}], "op must be one of"),
        ([{"op": "add", "path": "/a"}], "add needs value"),
        ([{"op": "add", "path": "a", "value": 1}], "path must be a JSON pointer"),
        ([{"op": "add", "path": "/~2", "value": 1}], "path must be a JSON pointer"),
        ([{"op": "remove", "path": ""}], "whole document"),
        ([{"op": "move", "from": "/s", "path": "/s/0"}], "into itself"),
        ([{"op": "add", "path": "/s/01", "value": 1}], "neither an index nor an objectId"),
        ([{"op": "add", "path": "/s/7", "value": 1}], "beyond the end"),
        ([{"op": "replace", "path": "/s/-", "value": 1}], "1 does not exist"),
    ],
)
def test_an_operation_that_cannot_be_carried_out_says_why(patch: Any, told: str) -> None:
    with pytest.raises(BadInput) as raised:
        apply_json_patch({"s": [1]}, patch)
    assert told in f"{raised.value.detail} {raised.value.errors}"


def test_a_boolean_is_no_number_and_numbers_are_equal_by_value() -> None:
    assert is_equal(1, 1.0)
    assert not is_equal(True, 1)
    assert not is_equal([0], [False])
    assert is_equal({"a": [None, "x"]}, {"a": [None, "x"]})


def test_object_ids_are_found_where_they_stand_after_each_operation() -> None:
    document = {"list": [{"objectId": "a"}, {"objectId": "b"}, {"objectId": "1"}]}
    operations = [
        {"op": "replace", "path": "/list/b/n", "value": 0},
        {"op": "add", "path": "/list/b/n", "value": 1},
        {"op": "add", "path": "/list/0", "value": {"objectId": "c"}},
        {"op": "add", "path": "/list/b/n", "value": 2},
        {"op": "add", "path": "/list/1/n", "value": 3},
        {"op": "replace", "path": "/list/c/objectId", "value": "d"},
        {"op": "add", "path": "/list/d/n", "value": 4},
        {"op": "remove", "path": "/list/a"},
        {"op": "add", "path": "/list/b/m", "value": 5},
        {"op": "move", "from": "/list/b", "path": "/list/-"},
        {"op": "copy", "from": "/list", "path": "/copy"},
        {"op": "add", "path": "/copy/b/n", "value": 6},
        {"op": "test", "path": "/list/b/n", "value": 2},
    ]
    expected = [{"objectId": "d", "n": 4}, {"objectId": "1"}]
    moved = {"objectId": "b", "n": 2, "m": 5}
    assert apply_json_patch(document, operations[1:]) == {
        "list": [*expected, moved],
        "copy": [*expected, moved | {"n": 6}],
    }


NAMES = st.sampled_from(["a", "b", "", "0", "1", "-", "a/b", "m~n", "~1", "objectId"])
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(0, 2) | st.sampled_from([1.0, "a", "0", ""]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=8,
)
POINTERS = st.lists(NAMES, max_size=3).map(lambda names: json_text.pointer(*names)) | st.sampled_from(
    ["a", "/~", "/~2"]
)
OPERATIONS = st.fixed_dictionaries(
    {"op": st.sampled_from(["add", "replace", "test", "remove", "move", "copy"]), "path": POINTERS},
    optional={"value": VALUES, "from": POINTERS},
)
ANY_OPERATIONS = OPERATIONS | st.dictionaries(st.sampled_from(["op", "path", "value", "from"]), VALUES) | VALUES


@given(VALUES, st.lists(ANY_OPERATIONS, max_size=6) | VALUES)
def test_any_patch_of_any_document_is_carried_out_or_refused_in_words(document: Any, operations: Any) -> None:
    before = copy.deepcopy(operations)
    try:
        result = apply_json_patch(document, operations)
    except (BadInput, Conflict):
        result = None
    assert operations == before
    # What the result took from the patch is its own: the next patch of it leaves this one as it is.
    if isinstance(result, dict):
        for name in list(result):
            apply_json_patch(
                result,
                [{"op": "add", "path": json_text.pointer(name, "-"), "value": 1}] * isinstance(result[name], list),
            )
    assert operations == before


@given(VALUES, st.lists(NAMES, min_size=1, max_size=3), VALUES)
def test_what_was_added_is_there_under_its_pointer_and_can_be_taken_away(
    document: Any, names: list[str], value: Any
) -> None:
    holder: Any = {}
    for name in reversed(names[1:]):
        holder = {name: holder}
    holder = {names[0]: holder, "other": document}
    path = json_text.pointer(*names)
    added = apply_json_patch(copy.deepcopy(holder), [{"op": "add", "path": path, "value": value}])
    assert is_equal(apply_json_patch(added, [{"op": "test", "path": path, "value": value}]), added)
    left = apply_json_patch(added, [{"op": "remove", "path": path}])
    with pytest.raises(BadInput):
        apply_json_patch(left, [{"op": "test", "path": path, "value": value}])


@given(VALUES, VALUES)
def test_a_document_is_replaced_whole_by_the_empty_pointer(document: Any, value: Any) -> None:
    assert is_equal(apply_json_patch(document, [{"op": "replace", "path": "", "value": value}]), value)


@given(VALUES, VALUES)
def test_equality_is_that_of_the_json_texts(one: Any, other: Any) -> None:
    def text(value: Any) -> str:
        return json.dumps(value, sort_keys=True).replace("1.0", "1")

    assert is_equal(one, other) == (text(one) == text(other))
