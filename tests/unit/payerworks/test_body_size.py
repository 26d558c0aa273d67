"""The 4 MB of a body are bytes, whatever characters they make."""

import copy
import json

import pytest

from plans import create_plan
from tests.unit.conftest import Call
from tests.unit.plans.plans import PLAN

MIB = 1024 * 1024


@pytest.mark.parametrize(
    ("text", "status"),
    [("x" * 4 * MIB, 413), ("é" * (2 * MIB), 413), ("€" * (4 * MIB // 3), 413), ("é" * (MIB // 8), 201)],
    ids=["one byte", "two bytes", "three bytes", "within"],
)
def test_the_size_of_a_body_is_counted_in_bytes(call: Call, text: str, status: int) -> None:
    plan = copy.deepcopy(PLAN)
    plan["linkedPlanServices"][0]["note"] = text
    assert (
        call(create_plan.handler, "plans/create_plan", body=json.dumps(plan, ensure_ascii=False))["statusCode"]
        == status
    )
