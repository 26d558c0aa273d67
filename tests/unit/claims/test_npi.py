import pytest
from hypothesis import given
from hypothesis import strategies as st

from claims.claim.npi import check_digit_fits


def test_the_example_of_the_standard_fits() -> None:
    assert check_digit_fits("1234567893")


@given(st.integers(0, 10**9 - 1))
def test_of_the_ten_check_digits_one_fits(first: int) -> None:
    assert sum(check_digit_fits(f"{first:09}{digit}") for digit in range(10)) == 1


@pytest.mark.parametrize("npi", ["1234567890", "2345678901", "3456789012"])
def test_the_made_up_ones_of_old_examples_do_not(npi: str) -> None:
    assert not check_digit_fits(npi)
