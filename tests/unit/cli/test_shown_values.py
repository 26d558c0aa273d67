"""Amounts, dates and times as texts and tables show them."""

from decimal import Decimal

import pytest

from payerworks_cli.shown_values import day, dollars, second


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        (Decimal(1100), "$1,100.00"),
        (Decimal("-30.5"), "-$30.50"),
        (0, "$0.00"),
        (Decimal("9999999.25"), "$9,999,999.25"),
    ],
)
def test_money_has_its_sign_before_the_dollar(amount: Decimal, text: str) -> None:
    assert dollars(amount) == text


@pytest.mark.parametrize(
    ("time", "text"),
    [
        ("2026-11-28T10:00:00.987+00:00", "2026-11-28T10:00:00Z"),
        ("2026-11-28T10:00:00Z", "2026-11-28T10:00:00Z"),
        ("2026-11-28T12:00:00+02:00", "2026-11-28T10:00:00Z"),
        ("–", "–"),
    ],
)
def test_times_are_in_utc_without_fractions(time: str, text: str) -> None:
    assert second(time) == text


@pytest.mark.parametrize(("text", "iso"), [("12-31-2017", "2017-12-31"), ("2017-12-31", "2017-12-31"), ("x", "x")])
def test_days_of_plans_are_in_iso_form(text: str, iso: str) -> None:
    assert day(text) == iso
