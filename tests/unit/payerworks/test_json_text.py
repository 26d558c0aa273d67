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


def test_a_pointer_escapes_what_it_must() -> None:
    assert json_text.pointer("a/b", 0, "m~n", "") == "/a~1b/0/m~0n/"
