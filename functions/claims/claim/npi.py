"""The check digit of a National Provider Identifier."""

_PREFIX_SUM = 24
"""Contribution of the prefix 80840 (health applications, United States) to the Luhn sum."""


def has_valid_check_digit(npi: str) -> bool:
    """Whether the tenth digit is the Luhn check digit of the nine before it, prefixed by 80840 (45 CFR 162.406)."""
    doubled = sum(sum(divmod(2 * int(digit), 10)) for digit in npi[-2::-2])
    return (_PREFIX_SUM + doubled + sum(int(digit) for digit in npi[-1::-2])) % 10 == 0
