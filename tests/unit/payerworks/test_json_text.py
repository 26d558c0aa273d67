import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payerworks import json_text
from payerworks.errors import BadInput

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(VALUES)
def test_any_value_comes_back_the_same(value: Any) -> None:
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    assert json.loads(json_text.write(json_text.read(text))) == value


@pytest.mark.parametrize("text", ["1.0", "1.10", "1e2", "-0", "-0.0", "0.1", "12345678901234567890", "1E4"])
def test_a_number_comes_back_as_it_was_written(text: str) -> None:
    assert json_text.write(json_text.read(f"[{text}]")) == f"[{text}]"


def test_a_hundred_levels_are_read_and_no_more() -> None:
    json_text.read("[" * 100 + "]" * 100)
    with pytest.raises(BadInput):
        json_text.read("[" * 101 + "]" * 101)


@pytest.mark.parametrize(
    ("text", "pointers"),
    [
        ('{"a": 1, "a": 2}', ["/a"]),
        ('{"a": 1, "a": 2, "a": 3}', ["/a"]),
        ('[{}, {"a": {"b/c": 1, "b/c": 2, "x": 0, "x": 0}}]', ["/1/a/b~1c", "/1/a/x"]),
        ('{"z": [{"y": 1, "y": 2}], "b": {"a": 1, "a": 2}, "z": 3}', ["/z", "/z/0/y", "/b/a"]),
        ('{"a": 1, "\\u0061": 2}', ["/a"]),
    ],
)
def test_each_duplicate_key_is_reported_with_its_whole_pointer(text: str, pointers: list[str]) -> None:
    with pytest.raises(BadInput, match="twice") as refused:
        json_text.read(text)
    assert [(fault.pointer, fault.message) for fault in refused.value.errors] == [
        (pointer, "appears twice") for pointer in pointers
    ]


@pytest.mark.parametrize(("rest", "told"), [("NaN", "NaN"), ("1e400", "too large"), ("]", "not JSON")])
def test_what_follows_a_duplicate_key_must_be_json(rest: str, told: str) -> None:
    with pytest.raises(BadInput, match=told):
        json_text.read(f'[{{"a": 1, "a": 2}}, {rest}]')


@pytest.mark.parametrize("levels", [100, 900, 100_000])
def test_duplicate_keys_at_any_depth_are_bad_input(levels: int) -> None:
    with pytest.raises(BadInput):
        json_text.read("[" * levels + '{"a": 1, "a": 2}' + "]" * levels)


@given(st.dictionaries(st.text(), VALUES))
def test_the_order_of_members_does_not_matter_to_a_canonical_text(members: dict[str, Any]) -> None:
    value = json_text.read(json.dumps(members))
    backwards = dict(reversed(value.items()))
    assert json_text.canonical(backwards) == json_text.canonical(value)
    assert json.loads(json_text.canonical(value)) == members


def test_a_canonical_text_keeps_the_order_of_lists_and_the_text_of_numbers() -> None:
    texts = ["[1,2]", "[2,1]", "[1.0,2]", "[1.00,2]"]
    assert len({json_text.canonical(json_text.read(text)) for text in texts}) == 4


def test_a_pointer_escapes_what_it_must() -> None:
    assert json_text.pointer("a/b", 0, "m~n", "") == "/a~1b/0/m~0n/"
