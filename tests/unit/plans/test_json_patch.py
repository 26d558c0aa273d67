import json
import pathlib
from typing import Any

import pytest

from payerworks.errors import BadInput, Conflict
from plans.json_patch import equal, patched

PUBLIC_TESTS = pathlib.Path(__file__).parents[4] / "shared" / "data" / "json-patch-tests"


def public_cases() -> list[Any]:
    files = [PUBLIC_TESTS / "tests.json", PUBLIC_TESTS / "spec_tests.json"]
    cases = [case for file in files if file.exists() for case in json.loads(file.read_text())]
    return [case for case in cases if "patch" in case and not case.get("disabled")]


@pytest.mark.skipif(not PUBLIC_TESTS.exists(), reason="the public JSON Patch tests are not at hand")
def test_the_public_json_patch_tests_pass() -> None:
    cases = public_cases()
    assert len(cases) > 90
    failed = []
    for case in cases:
        try:
            result = patched(case["doc"], case["patch"])
        except (BadInput, Conflict):
            ok = "error" in case
        else:
            ok = "error" not in case and equal(result, case.get("expected", result))
        if not ok:
            failed.append(case)
    assert failed == []


# The examples of RFC 6902, appendix A, with values of our own: document, patch, result (None: refused).
APPENDIX: list[tuple[Any, Any, Any]] = [
    ({"copay": 1}, [{"op": "add", "path": "/name", "value": "x"}], {"copay": 1, "name": "x"}),
    ({"s": ["a", "c"]}, [{"op": "add", "path": "/s/1", "value": "b"}], {"s": ["a", "b", "c"]}),
    ({"a": 1, "b": 2}, [{"op": "remove", "path": "/b"}], {"a": 1}),
    ({"s": ["a", "b", "c"]}, [{"op": "remove", "path": "/s/1"}], {"s": ["a", "c"]}),
    ({"a": 1}, [{"op": "replace", "path": "/a", "value": 2}], {"a": 2}),
    (
        {"a": {"x": 1, "y": 2}, "b": {}},
        [{"op": "move", "from": "/a/x", "path": "/b/z"}],
        {"a": {"y": 2}, "b": {"z": 1}},
    ),
    ({"s": [1, 2, 3, 4]}, [{"op": "move", "from": "/s/1", "path": "/s/3"}], {"s": [1, 3, 4, 2]}),
    ({"a": "x", "s": ["p", 2]}, [{"op": "test", "path": "/s/1", "value": 2}], {"a": "x", "s": ["p", 2]}),
    ({"a": "x"}, [{"op": "test", "path": "/a", "value": "y"}], None),
    ({"a": 1}, [{"op": "add", "path": "/child", "value": {"of": {}}}], {"a": 1, "child": {"of": {}}}),
    ({"a": 1}, [{"op": "add", "path": "/b", "value": 2, "unknown": 1}], {"a": 1, "b": 2}),
    ({"a": 1}, [{"op": "add", "path": "/b/c", "value": 2}], None),
    ({"/": 9, "~1": 10}, [{"op": "test", "path": "/~01", "value": 10}], {"/": 9, "~1": 10}),
    ({"/": 9, "~1": 10}, [{"op": "test", "path": "/~01", "value": "10"}], None),
    ({"s": ["a"]}, [{"op": "add", "path": "/s/-", "value": ["b"]}], {"s": ["a", ["b"]]}),
]


@pytest.mark.parametrize(("document", "patch", "expected"), APPENDIX)
def test_the_examples_of_the_rfc(document: Any, patch: Any, expected: Any) -> None:
    if expected is None:
        with pytest.raises((BadInput, Conflict)):
            patched(document, patch)
    else:
        assert patched(document, patch) == expected


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
        ([{"op": "replace", "path": "/s/-", "value": 1}], "nothing"),
    ],
)
def test_an_operation_that_cannot_be_carried_out_says_why(patch: Any, told: str) -> None:
    with pytest.raises(BadInput) as raised:
        patched({"s": [1]}, patch)
    assert told in f"{raised.value.detail} {raised.value.errors}"


def test_a_boolean_is_no_number_and_numbers_are_equal_by_value() -> None:
    assert equal(1, 1.0)
    assert not equal(True, 1)
    assert not equal([0], [False])
    assert equal({"a": [None, "x"]}, {"a": [None, "x"]})


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
    expected = [{"objectId": "d", "n": 4}, {"objectId": "1", "n": 3}]
    moved = {"objectId": "b", "n": 2, "m": 5}
    assert patched(document, operations[1:]) == {"list": [*expected, moved], "copy": [*expected, moved | {"n": 6}]}
