import pytest
from hypothesis import given
from hypothesis import strategies as st

from claims.claim.npi import has_valid_check_digit


def test_the_example_of_the_standard_fits() -> None:
    assert has_valid_check_digit("1234567893")


@given(st.integers(0, 10**9 - 1))
def test_exactly_one_of_ten_check_digits_fits(first: int) -> None:
    assert sum(has_valid_check_digit(f"{first:09}{digit}") for digit in range(10)) == 1


@pytest.mark.parametrize("npi", ["1234567890", "2345678901", "3456789012"])
def test_the_invented_npis_of_old_examples_do_not_fit(npi: str) -> None:
    assert not has_valid_check_digit(npi)
