import contextlib
import copy
import json
import pathlib
import re
from decimal import Decimal
from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import given

from payerworks import json_text
from payerworks.errors import BadInput, Conflict
from plans.changes.equality import is_equal
from plans.changes.json_patch import apply_json_patch

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


@pytest.mark.parametrize(
    ("one", "other", "equal"),
    [
        ("2000.10", "2000.10000000000001", False),
        ("12345678901234567890", "12345678901234567891", False),
        ("1", "1.0", True),
        ("1", "1e0", True),
        ("100", "1E+2", True),
        ("0.1e1", "10e-1", True),
        ("0.10", "0.1", True),
        ("0", "-0", True),
        ("-0.0", "0e-999999999", True),
        ("1e-999999999", "1e-999999998", False),
        ("1e-999999999", "10e-1000000000", True),
        ("-1", "1", False),
        ("-1e-400", "1e-400", False),
        ("9007199254740993", "9007199254740992.0", False),
    ],
)
def test_numbers_are_compared_exactly_by_value(one: str, other: str, equal: bool) -> None:
    for stored, given_number in ((one, other), (other, one)):
        patch = json_text.read(f'[{{"op": "test", "path": "/copay", "value": {given_number}}}]')
        document = json_text.read(f'{{"copay": {stored}}}')
        if equal:
            assert apply_json_patch(document, patch) == document
        else:
            with pytest.raises(Conflict):
                apply_json_patch(document, patch)


DIGITS = st.text("0123456789", min_size=1, max_size=30).map(lambda text: text.lstrip("0") or "0")
EXPONENTS = st.integers(-40, 20) | st.sampled_from([-999_999_999, -1_000_000_000, -330, -323])
NUMBERS = st.builds(
    lambda sign, whole, fraction, exponent: sign + whole + fraction + exponent,
    st.sampled_from(["", "-"]),
    st.sampled_from(["0", "1", "10", "100", "2000"]) | DIGITS,
    st.sampled_from(["", ".0", ".1", ".10", ".10000000000000001"]) | DIGITS.map(lambda digits: f".{digits}"),
    st.just("") | st.builds(lambda mark, power: f"{mark}{power}", st.sampled_from(["e", "E"]), EXPONENTS),
)


def spelt_otherwise(text: str, shift: int) -> str:
    """The same number with another exponent."""
    mantissa, _, exponent = text.lower().partition("e")
    whole, _, fraction = mantissa.partition(".")
    return f"{whole}{fraction}{'0' * shift}e{int(exponent or 0) - len(fraction) - shift}"


@st.composite
def pairs(draw: st.DrawFn) -> tuple[str, str]:
    """Two numbers; often the second is the first with one digit changed or with digits more."""
    one = draw(NUMBERS)
    if draw(st.booleans()):
        return one, draw(NUMBERS)
    mantissa, mark, exponent = re.fullmatch(r"([^eE]*)([eE]?)(.*)", one).groups()  # type: ignore[union-attr]
    if draw(st.booleans()):
        return one, mantissa[:-1] + draw(st.sampled_from("0123456789")) + mark + exponent
    longer = (mantissa if "." in mantissa else f"{mantissa}.") + "0" * draw(st.integers(0, 20))
    return one, longer + draw(st.sampled_from("0123456789")) + mark + exponent


@given(pairs())
def test_any_two_numbers_are_equal_exactly_if_their_values_are(numbers: tuple[str, str]) -> None:
    one, other = numbers
    # Decimal compares values of any exponent without writing them out.
    assert is_equal(json_text.read(one), json_text.read(other)) == (Decimal(one) == Decimal(other))


@given(NUMBERS, st.integers(0, 20))
def test_a_number_is_equal_to_itself_in_any_spelling(text: str, shift: int) -> None:
    sign, digits = ("-", text[1:]) if text.startswith("-") else ("", text)
    other = sign + (spelt_otherwise(digits, shift).lstrip("0") if Decimal(text) else "0")
    assert is_equal(json_text.read(text), json_text.read(other))


def test_a_stored_number_of_any_length_is_compared() -> None:
    longest = "0." + "0" * 5_000 + "1"
    assert is_equal(json_text.read(longest), json_text.read("1e-5001"))
    assert is_equal(json_text.read("1e-" + "0" * 5_000 + "5"), 0.00001)
    assert not is_equal(json_text.read("1e-" + "9" * 5_000), json_text.read("1e-400"))


NESTED = {"list": [{"objectId": "a", "n": {"x~/": {}}}, {"objectId": "b", "n": {}}], "a/b": {"~c": {}}}


@pytest.mark.parametrize(
    ("source", "path"),
    [
        ("/list/a", "/list/0/x"),
        ("/list/0", "/list/a/x"),
        ("/list/0", "/list/a/n/deeper"),
        ("/list/a/n", "/list/0/n/x~0~1/y"),
        ("/a~1b", "/a~1b/~0c/x"),
        ("", "/x"),
    ],
)
def test_a_value_is_not_moved_into_itself_however_the_pointers_are_spelt(source: str, path: str) -> None:
    with pytest.raises(BadInput) as raised:
        apply_json_patch(copy.deepcopy(NESTED), [{"op": "move", "from": source, "path": path}])
    assert "into itself" in raised.value.errors[0].message


@pytest.mark.parametrize(("source", "path"), [("/list/a", "/list/0"), ("/list/0", "/list/a"), ("/list/b", "/list/b")])
def test_a_value_that_is_moved_to_where_it_is_stays(source: str, path: str) -> None:
    assert apply_json_patch(copy.deepcopy(NESTED), [{"op": "move", "from": source, "path": path}]) == NESTED


def test_a_value_is_moved_into_one_that_stood_after_it() -> None:
    moved = apply_json_patch(copy.deepcopy(NESTED), [{"op": "move", "from": "/list/a", "path": "/list/b/x"}])
    assert moved["list"] == [NESTED["list"][1] | {"x": NESTED["list"][0]}]


def test_an_entry_whose_object_id_was_removed_has_none_any_more() -> None:
    document = {"list": [{"objectId": "a"}, {"objectId": "a", "n": 1}, {"objectId": "b"}]}
    operations = [
        {"op": "add", "path": "/list/a/n", "value": 0},
        {"op": "remove", "path": "/list/a/objectId"},
        {"op": "test", "path": "/list/a/n", "value": 1},
    ]
    apply_json_patch(copy.deepcopy(document), operations)
    again = [{"op": "remove", "path": "/list/b/objectId"}] * 2
    with pytest.raises(BadInput, match="cannot be applied"):
        apply_json_patch(copy.deepcopy(document), again)


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


IDS = st.sampled_from(["a", "b", "c", "d"])
# Built anew each time: no two places of a JSON document are the same object.
ENTRIES = st.builds(lambda name: {"objectId": name}, IDS | st.just(5)) | st.builds(dict) | st.just(7)
PLACES = IDS.map(lambda name: f"/l/{name}") | st.integers(0, 5).map(lambda number: f"/l/{number}")
CHANGES = st.one_of(
    st.builds(lambda path, value: {"op": "add", "path": path, "value": value}, PLACES | st.just("/l/-"), ENTRIES),
    st.builds(lambda path, value: {"op": "replace", "path": path, "value": value}, PLACES, ENTRIES),
    st.builds(lambda path: {"op": "remove", "path": path}, PLACES),
    st.builds(lambda one, other: {"op": "move", "from": one, "path": other}, PLACES, PLACES | st.just("/l/-")),
    st.builds(lambda one, other: {"op": "copy", "from": one, "path": other}, PLACES, PLACES),
    st.builds(lambda path, name: {"op": "add", "path": f"{path}/objectId", "value": name}, PLACES, IDS | st.just(5)),
    st.builds(lambda path: {"op": "remove", "path": f"{path}/objectId"}, PLACES),
    st.builds(lambda path, name: {"op": "move", "from": f"{path}/objectId", "path": f"{path}/{name}"}, PLACES, IDS),
)


def by_index(pointer: str, entries: Any) -> str:
    """A pointer with the index of the first entry that has its object id."""
    _, name, token, *rest = pointer.split("/")
    ids = [entry.get("objectId") if isinstance(entry, dict) else None for entry in entries]
    return "/".join(["", name, str(ids.index(token)) if token in ids else token, *rest])


def with_indexes(change: Any, document: Any) -> Any:
    """The same operation without object ids."""
    resolved = change | {name: by_index(change[name], document["l"]) for name in ("from", "path") if name in change}
    if change["op"] == "move" and resolved["from"] != resolved["path"]:
        # It goes to a place in the list without the moved value.
        left = apply_json_patch(copy.deepcopy(document), [{"op": "remove", "path": resolved["from"]}])
        resolved["path"] = by_index(change["path"], left["l"])
    return resolved


@given(st.lists(ENTRIES, max_size=5), st.lists(CHANGES, max_size=12))
def test_an_object_id_always_names_the_first_entry_that_has_it(entries: Any, changes: Any) -> None:
    expected: Any = {"l": copy.deepcopy(entries)}
    done = []
    for change in changes:
        with contextlib.suppress(BadInput):
            expected = apply_json_patch(copy.deepcopy(expected), [with_indexes(change, expected)])
            done.append(change)
    assert apply_json_patch({"l": copy.deepcopy(entries)}, done) == expected


class Looked(dict[str, Any]):
    """An object that counts how often its objectId is looked at."""

    looks = 0

    def get(self, name: str, default: Any = None) -> Any:
        Looked.looks += name == "objectId"
        return super().get(name, default)


def test_an_operation_does_not_look_at_all_entries_of_a_list() -> None:
    count = 1000
    document = {"list": [Looked(objectId=f"s-{number}", n={}) for number in range(count)]}
    operations: list[Any] = []
    for number in range(0, count, 5):
        place = f"/list/s-{number}"
        operations += [
            {"op": "remove", "path": f"/list/s-{number + 1}"},
            {"op": "add", "path": place, "value": {"objectId": f"new-{number}"}},
            {"op": "move", "from": place, "path": f"/list/s-{(number + 502) % count}"},
            {"op": "replace", "path": f"{place}/objectId", "value": f"t-{number}"},
            {"op": "replace", "path": f"/list/t-{number}/n", "value": 1},
            {"op": "copy", "from": f"/list/s-{number + 2}", "path": f"/list/s-{number + 3}"},
        ]
    Looked.looks = 0
    apply_json_patch(document, operations)
    assert Looked.looks <= count + 4 * len(operations)


def test_insertions_at_one_place_keep_the_order() -> None:
    first: list[Any] = [{"op": "add", "path": "/list/z", "value": {"objectId": f"s-{number}"}} for number in range(600)]
    second = [{"op": "add", "path": f"/list/s-{number}/n", "value": number} for number in range(600)]
    listed = apply_json_patch({"list": [{"objectId": "a"}, {"objectId": "z"}]}, first + second)["list"]
    assert [entry.get("n") for entry in listed] == [None, *range(600), None]
