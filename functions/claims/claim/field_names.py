"""Field names of claims in any spelling."""

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
    """The field for a name (`Plan/Group #` is `plan_group_number`); None if no field has this name."""
    return _FIELD_OF.get(_folded(name))


def _folded(name: str) -> str:
    return _IGNORED.sub("", name).lower()


# `Subscriber#` means subscriber_number, and `#` is ignored: so the word number is optional too.
_FIELD_OF = {_folded(name): field for field in FIELDS for name in (field, field.removesuffix("_number"))}
