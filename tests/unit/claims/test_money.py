import contextlib
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claims.claim.money import CENTS_LIMIT, cents, dollars
from payerworks import json_text

AMOUNTS = st.integers(0, CENTS_LIMIT - 1)


def spelled(amount: int) -> st.SearchStrategy[str]:
    whole, rest = divmod(amount, 100)
    decimals = [f".{rest:02}"] + ([f".{rest // 10}"] if rest % 10 == 0 else []) + ([""] if rest == 0 else [])
    blanks = st.sampled_from(["", " ", "  "])
    return st.tuples(blanks, st.sampled_from(["", "$", "$ "]), st.sampled_from([f"{whole}", f"{whole:,}"]),
                     st.sampled_from(decimals), blanks).map("".join)  # fmt: skip


@given(AMOUNTS.flatmap(lambda amount: st.tuples(st.just(amount), spelled(amount))))
def test_any_spelling_of_an_amount_is_exact(pair: tuple[int, str]) -> None:
    amount, text = pair
    assert cents(text) == amount


@given(AMOUNTS)
def test_a_json_number_is_exact_with_and_without_its_last_zeros(amount: int) -> None:
    text = f"{amount // 100}.{amount % 100:02}"
    assert cents(json_text.read(text)) == amount
    assert cents(json_text.read(text.removesuffix("0").removesuffix(".0"))) == amount
    assert cents(float(text)) == amount


@given(st.integers(-(10**15), 10**15))
def test_dollars_have_two_decimals_and_are_exact(amount: int) -> None:
    text = json_text.write(dollars(amount))
    assert Decimal(text) * 100 == amount
    assert text[-3] == "."


@given(st.one_of(st.text(), st.floats(), st.integers(), st.none(), st.booleans(), st.lists(st.integers())))
def test_anything_is_an_amount_in_range_or_a_value_error(value: Any) -> None:
    with contextlib.suppress(ValueError):
        assert 0 <= cents(value) < CENTS_LIMIT


@pytest.mark.parametrize(
    "value",
    [
        "", " ", "$", "NaN", "Infinity", "1e9", "1e2", "1.00E+02", "9" * 40, "10000000", "1.234", "-1", "-0.01",
        "(5.00)", "--1", "1 2", "1,23", "12,3456", "1,234,56", "1_000", "1.", ".5", "0x10", "\u0661\u0662",
        10**40, 10_000_000, -1, 1e22, 1e-7, 0.001, float("nan"), float("inf"), True, None, [], {},
    ],
)  # fmt: skip
def test_text_that_is_not_an_amount_is_refused(value: Any) -> None:
    with pytest.raises(ValueError, match="must"):
        cents(value)


@given(AMOUNTS, st.integers(0, 9), st.sampled_from("eE"), st.sampled_from(["", "+"]))
def test_a_json_number_with_an_exponent_is_exact(amount: int, zeros: int, letter: str, plus: str) -> None:
    for power in range(-2, 8):
        shifted = Decimal(amount).scaleb(-2 - power)
        exponent = f"{plus if power >= 0 else ''}{power}"
        assert cents(json_text.read(f"{shifted:f}{letter}{exponent}")) == amount
        digits = f"{shifted:f}" + ("0" * zeros if "." in f"{shifted:f}" else "")
        assert cents(json_text.read(f"{digits}{letter}{exponent}")) == amount


@pytest.mark.parametrize(
    "text",
    [
        *("1.000", "12345678901234567890123456789012345678901", "1e-3", "1.005e0", "1e9", "1e300", "1e-300", "-1e2"),
        *("1e-99999999999999999999", f"0.{'0' * 90}1e80", f"1e-{'0' * 90}3", f"1{'0' * 200}e-200", "0e-101"),
    ],
)
def test_a_json_number_without_exact_cents_or_out_of_range_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="must"):
        cents(json_text.read(text))


@pytest.mark.parametrize(
    ("value", "expected"),
    [("$1,234.50", 123450), (" $ 12 ", 1200), ("1.1", 110), ("0", 0), (0.1, 10), (120, 12000), ("-0", 0), (-0.0, 0)],
)
def test_amounts_as_people_write_them(value: Any, expected: int) -> None:
    assert cents(value) == expected


def test_one_ten_comes_out_as_one_ten() -> None:
    assert [json_text.write(dollars(amount)) for amount in (110, 5, -5, 0, -12345)] == [
        "1.10", "0.05", "-0.05", "0.00", "-123.45"
    ]  # fmt: skip
