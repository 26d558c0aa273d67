"""Whether a plan or a linked service fits a search, from its document alone: as OpenSearch would judge it."""

import operator
import re
from collections.abc import Mapping
from typing import Any

from payerworks.json_text import Json
from plans.index.search_fields import plan_fields, service_fields
from plans.index.search_models import PlanSearchQuery

_WORD = re.compile(r"\w+(?:['\u2019.]\w+)*")
_HOLDS = {"gte": operator.ge, "gt": operator.gt, "lte": operator.le, "lt": operator.lt}


def fits_plan(plan: Mapping[str, Json], params: PlanSearchQuery) -> bool:
    """Whether a plan's own members fit the conditions on plans."""
    fields = plan_fields(plan)
    return (
        str(plan["objectId"]).startswith(params.id_prefix or "")
        and params.plan_type in (None, plan["planType"])
        and params.org in (None, plan["_org"])
        and _is_within(fields.get("created"), params.days)
        and (params.level == "service" or _are_within(fields, params))
    )


def fits_service(service: Mapping[str, Json], params: PlanSearchQuery) -> bool:
    """Whether a linked service fits the conditions on services."""
    fields: dict[str, Any] = service_fields(service)
    return (
        (params.object_type in (None, "plan") or params.object_type in fields["objectTypes"])
        and (params.level == "plan" or _are_within(fields, params))
        and (not params.words or _has_words(" ".join(fields["serviceText"]), params.words))
    )


def _are_within(fields: Mapping[str, Json], params: PlanSearchQuery) -> bool:
    return all(_is_within(fields.get(amount), bounds) for amount, bounds in params.ranges.items())


def _is_within(value: Any, bounds: Mapping[str, Any]) -> bool:
    return all(value is not None and _HOLDS[bound](value, limit) for bound, limit in bounds.items())


def _has_words(text: str, words: str) -> bool:
    """Whether a text has all the words, the last perhaps as the beginning of one; none if there is no word to find."""
    held, wanted = set(_WORD.findall(text.lower())), _WORD.findall(words.lower())
    if not wanted:
        return False
    return held.issuperset(wanted[:-1]) and any(word.startswith(wanted[-1]) for word in held)
