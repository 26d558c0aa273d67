"""Money: amounts of dollars in any usual spelling to integer cents, and cents to exact two-decimal numbers."""

import re
from decimal import Decimal

from payerworks.json_text import ExactNumber

CENTS_LIMIT = 10_000_000_00
"""Every amount is below 10 million dollars."""

_AMOUNT = re.compile(
    r"(?P<sign>-?)\s*\$?\s*(?P<whole>[0-9]+|[0-9]{1,3}(?:,[0-9]{3})+)(?:\.(?P<decimals>[0-9]+))?", re.ASCII
)
_MAX_LENGTH = 100


def cents(value: object) -> int:
    """The cents of an amount in dollars: a JSON number, or a text that can have `$`, blanks and thousands commas.

    A float is read as its shortest decimal representation, which is how the JSON text had it. Only a number can have an
    exponent: in a text, it is what a spreadsheet left of a longer number.
    Raises ValueError for other input, for a negative amount, a third decimal, and from 10 million dollars on.
    """
    match = _AMOUNT.fullmatch(text) if len(text := _text(value)) <= _MAX_LENGTH else None
    if match is None:
        raise ValueError("must be an amount in dollars, such as 120 or 1,234.50")
    whole, decimals = match["whole"].replace(",", ""), match["decimals"] or ""
    if len(decimals) > 2:
        raise ValueError("must have at most two decimals")
    amount = int(whole) * 100 + int(decimals.ljust(2, "0"))
    if amount >= CENTS_LIMIT:
        raise ValueError("must be below 10,000,000")
    if match["sign"] and amount:
        raise ValueError("must not be negative")
    return amount


def dollars(amount: int) -> ExactNumber:
    """An amount in cents as the JSON number of dollars with two decimals that answers show: 120 is `1.20`."""
    whole, rest = divmod(abs(amount), 100)
    return ExactNumber(f"{'-' if amount < 0 else ''}{whole}.{rest:02}")


def _text(value: object) -> str:
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, ExactNumber):
        return _without_exponent(value.text)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _without_exponent(repr(value))
    return ""


def _without_exponent(text: str) -> str:
    """A JSON number as a plain decimal, such as `120` for `1.2E+2`, unless that would be far too long."""
    exponent = text.lower().partition("e")[2]
    if not exponent or len(text) > _MAX_LENGTH or abs(int(exponent)) > _MAX_LENGTH:
        return text
    plain = f"{Decimal(text):f}"
    return plain.rstrip("0").rstrip(".") if "." in plain else plain
