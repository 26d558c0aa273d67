"""Whether two JSON values are equal (RFC 6902, section 4.6), numbers exactly by value."""

from payerworks.json_text import ExactNumber, Json

_EXPONENT_DIGITS = 200
"""More digits than the exponent of any number has that a client may send; only numbers stored long ago have more."""


def is_equal(one: Json, other: Json) -> bool:
    """Whether two JSON values are equal: numbers by value, whatever their spelling, booleans only to booleans."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(is_equal(member, other[name]) for name, member in one.items())
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(is_equal, one, other))
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, int | float) and isinstance(other, int | float):
        # Equal numbers are equal as floats, which are quickly compared.
        return float(one) == float(other) and _value(one) == _value(other)
    return bool(one == other)


def _value(number: int | float) -> tuple[str, str, int]:
    """Sign, digits without zeros around them, and the power of ten of the last one: the same for 1, 1.0 and 10e-1.

    Computing with the text costs what its length costs; a power such as 1e-999999999 is never written out.
    """
    text = number.text if isinstance(number, ExactNumber) else repr(number)
    mantissa, _, exponent = text.lower().partition("e")
    whole, _, fraction = mantissa.removeprefix("-").partition(".")
    digits = (whole + fraction).rstrip("0")
    power = int(exponent.lstrip("+-0")[:_EXPONENT_DIGITS] or 0)
    last = (-power if exponent.startswith("-") else power) - len(fraction) + len(whole + fraction) - len(digits)
    digits = digits.lstrip("0")
    sign = "-" if mantissa.startswith("-") else ""
    return (sign, digits, last) if digits else ("", "", 0)
