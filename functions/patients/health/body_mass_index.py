"""Body mass index and its class (World Health Organization, Technical Report Series 894, table 2.1)."""

from decimal import ROUND_HALF_UP, Decimal
from typing import Literal

BmiClass = Literal[
    "underweight", "normal_weight", "pre_obesity", "obesity_class_1", "obesity_class_2", "obesity_class_3"
]
_UPPER_BOUNDS: tuple[tuple[str, BmiClass], ...] = (
    ("18.5", "underweight"),
    ("25", "normal_weight"),
    ("30", "pre_obesity"),
    ("35", "obesity_class_1"),
    ("40", "obesity_class_2"),
)


def body_mass_index(height_cm: float, weight_kg: float) -> Decimal:
    """The weight divided by the square of the height, in kg/m², to one decimal, halves up."""
    height_m = Decimal(str(height_cm)) / 100
    return (Decimal(str(weight_kg)) / height_m**2).quantize(Decimal("0.1"), ROUND_HALF_UP)


def bmi_class(bmi: Decimal) -> BmiClass:
    """The WHO's class of an index, for adults."""
    # Of the index to one decimal, as the WHO gives its bounds (18.50–24.99), and as the answer shows it.
    return next((name for bound, name in _UPPER_BOUNDS if bmi < Decimal(bound)), "obesity_class_3")
