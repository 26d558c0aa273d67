"""Which field of a claim a name means, in whatever spelling it comes."""

import functools
import re

FIELDS = (
    "service_date",
    "submitted_procedure",
    "quadrant",
    "plan_group_number",
    "subscriber_number",
    "provider_npi",
    "provider_fees",
    "allowed_fees",
    "member_coinsurance",
    "member_copay",
)

_IGNORED = re.compile(r"[\s#/_]+")


@functools.lru_cache(256)
def field_of(name: str) -> str | None:
    """The field that a name means (`Plan/Group #` is `plan_group_number`); None where it means none."""
    return _FIELD_OF.get(_folded(name))


def _folded(name: str) -> str:
    return _IGNORED.sub("", name).lower()


# The sign # stands for the word number, and does not matter: so neither does that word.
_FIELD_OF = {_folded(name): field for field in FIELDS for name in (field, field.removesuffix("_number"))}
