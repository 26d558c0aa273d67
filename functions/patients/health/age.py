"""Age in whole years."""

import datetime


def age(birth: datetime.date, today: datetime.date) -> int:
    """The whole years that somebody has lived; who was born on 29 February turns a year older on 1 March.

    0 for a birth of today in a time zone where it is tomorrow already.
    """
    had_birthday = (today.month, today.day) >= (birth.month, birth.day)
    return max(0, today.year - birth.year - (0 if had_birthday else 1))
