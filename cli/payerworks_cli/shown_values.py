"""How amounts, dates and times look in texts and tables; --json has them as the API sends them."""

import datetime
import re
from decimal import Decimal

_MONTH_FIRST = re.compile(r"(\d\d)-(\d\d)-(\d{4})")


def dollars(amount: Decimal | int) -> str:
    """An amount of money, such as $1,100.00 or -$30.00."""
    return f"{'-' if amount < 0 else ''}${abs(amount):,.2f}"


def day(text: str) -> str:
    """A plan's date, which may be written with its month first, in the form of ISO 8601."""
    return _MONTH_FIRST.sub(r"\3-\1-\2", text) if _MONTH_FIRST.fullmatch(text) else text


def second(time: str | datetime.datetime) -> str:
    """A time of ISO 8601 in UTC without fractions of a second; a text that is no time stays as it is."""
    try:
        moment = datetime.datetime.fromisoformat(time) if isinstance(time, str) else time
    except ValueError:
        return str(time)
    return moment.astimezone(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
