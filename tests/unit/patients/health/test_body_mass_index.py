from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patients.health.body_mass_index import bmi_class, body_mass_index

HEIGHTS = st.floats(20, 300).map(lambda height: round(height, 1))
WEIGHTS = st.floats(1, 700).map(lambda weight: round(weight, 1))
CLASSES = ["underweight", "normal_weight", "pre_obesity", "obesity_class_1", "obesity_class_2", "obesity_class_3"]


@given(HEIGHTS, WEIGHTS)
def test_the_index_is_the_weight_by_the_square_of_the_height_to_one_decimal(height: float, weight: float) -> None:
    bmi = body_mass_index(height, weight)
    assert abs(bmi - Decimal(str(weight)) * 10_000 / Decimal(str(height)) ** 2) <= Decimal("0.05")
    assert bmi.as_tuple().exponent == -1


@given(HEIGHTS, WEIGHTS, WEIGHTS)
def test_more_weight_is_never_a_lower_class(height: float, weight: float, other: float) -> None:
    low, high = (body_mass_index(height, each) for each in sorted((weight, other)))
    assert low <= high
    assert CLASSES.index(bmi_class(low)) <= CLASSES.index(bmi_class(high))


@pytest.mark.parametrize(
    ("bmi", "name"),
    [
        ("18.4", "underweight"),
        ("18.5", "normal_weight"),
        ("24.9", "normal_weight"),
        ("25.0", "pre_obesity"),
        ("29.9", "pre_obesity"),
        ("30.0", "obesity_class_1"),
        ("34.9", "obesity_class_1"),
        ("35.0", "obesity_class_2"),
        ("39.9", "obesity_class_2"),
        ("40.0", "obesity_class_3"),
    ],
)
def test_the_bounds_of_the_classes(bmi: str, name: str) -> None:
    assert bmi_class(Decimal(bmi)) == name


def test_halves_are_rounded_up() -> None:
    assert body_mass_index(200, 80.2) == Decimal("20.1")
    assert body_mass_index(100, 24.95) == Decimal("25.0")
    assert (body_mass_index(170, 65), body_mass_index(300, 1)) == (Decimal("22.5"), Decimal("0.1"))
