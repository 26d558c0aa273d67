"""GET /v1/plan/schema: what the service accepts is valid by it, what it refuses for its shape is not."""

import copy
import json
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from ops import get_plan_schema
from ops.description import plan_schema
from payerworks.errors import BadInput
from plans.plan.example_plan import EXAMPLE
from plans.plan.models import check_plan
from tests.unit.conftest import Call

SCHEMA: dict[str, Any] = json.loads(plan_schema.FILE.read_text(encoding="utf-8"))
VALIDATOR = jsonschema_rs.Draft202012Validator(SCHEMA)
SHARES, SERVICE = EXAMPLE["planCostShares"], EXAMPLE["linkedPlanServices"][0]


def is_accepted(plan: Any) -> bool:
    try:
        check_plan(plan)
    except BadInput:
        return False
    return True


def with_value(path: str, value: Any) -> dict[str, Any]:
    """The example with a value at a path, such as `planCostShares/copay`; without the member if it is `...`."""
    plan: dict[str, Any] = copy.deepcopy(EXAMPLE)
    *way, name = path.split("/")
    holder: Any = plan
    for step in way:
        holder = holder[int(step) if step.isdigit() else step]
    if value is ...:
        del holder[name]
    else:
        holder[name] = value
    return plan


def paths(value: Any, above: str = "") -> list[str]:
    """The path of every member in a value."""
    members = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    found = []
    for name, inner in members:
        found += [] if isinstance(value, list) else [f"{above}{name}"]
        found += paths(inner, f"{above}{name}/")
    return found


def test_it_is_served_as_it_is(call: Call) -> None:
    answer = call(get_plan_schema.handler, "ops/get_plan_schema")
    assert answer["headers"]["Content-Type"] == "application/schema+json"
    assert answer["body"] == plan_schema.FILE.read_text(encoding="utf-8")
    same = {"If-None-Match": answer["headers"]["ETag"]}
    assert call(get_plan_schema.handler, "ops/get_plan_schema", headers=same)["statusCode"] == 304


def test_it_is_a_schema_that_stands_alone() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    assert SCHEMA["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert SCHEMA["$id"] == "urn:payerworks:schema:plan"
    assert sorted(SCHEMA["$defs"]) == ["LinkedPlanService", "MemberCostShare", "Service"]
    assert "components" not in json.dumps(SCHEMA)
    for part in (SCHEMA, *SCHEMA["$defs"].values()):
        assert part["title"]
        assert part["description"]
        assert all(member["description"] for member in part["properties"].values())


@pytest.mark.parametrize("path", paths(EXAMPLE))
def test_a_member_may_be_left_out_where_the_service_does_without_it(path: str) -> None:
    plan = with_value(path, ...)
    assert VALIDATOR.is_valid(plan) == is_accepted(plan)


@pytest.mark.parametrize(
    "value", [None, True, 0, -1, 1e12, 1.5, "", " ", "a/b", "..", "%2F", "\x07", "\x85", "x" * 257, [], {}]
)
@pytest.mark.parametrize("path", [*paths(EXAMPLE), "further", "planCostShares/further"])
def test_a_value_is_valid_exactly_where_the_service_takes_it(path: str, value: Any) -> None:
    plan = with_value(path, value)
    assert VALIDATOR.is_valid(plan) == is_accepted(plan)


@pytest.mark.parametrize("word", ["search", "es_data", "es_plan", "schema"])
def test_a_word_of_the_paths_is_no_id_of_a_plan_but_of_a_part(word: str) -> None:
    assert not VALIDATOR.is_valid(with_value("objectId", word))
    assert VALIDATOR.is_valid(with_value("planCostShares/objectId", word))


@pytest.mark.parametrize(
    ("date", "valid"),
    [
        ("12-31-2017", True),
        ("2017-12-31", True),
        ("20171231", True),
        ("2017-W52-7", True),
        ("2017W527", True),
        ("2017-W52", True),
        ("31-12-2017", False),
        ("2017-13-01", False),
        ("2017-12-32", False),
        ("2017-12-31T00:00", False),
        ("12/31/2017", False),
        ("", False),
    ],
)
def test_a_date_has_one_of_the_forms_that_the_service_takes(date: str, valid: bool) -> None:
    plan = with_value("creationDate", date)
    assert (VALIDATOR.is_valid(plan), is_accepted(plan)) == (valid, valid)


values = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**13), 10**13) | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=5), inner, max_size=2),
    max_leaves=4,
)
kinds = st.sampled_from(["plan", "membercostshare", "planservice", "service"])


@given(st.sampled_from(paths(EXAMPLE)), values | kinds | st.dates().map(str) | st.from_regex(r"[\w.%/-]{1,12}"))
def test_schema_and_service_agree_on_every_member(path: str, value: Any) -> None:
    plan = with_value(path, value)
    if VALIDATOR.is_valid(plan) != is_accepted(plan):
        # What a schema cannot say: a day that its month does not have, a length in bytes, an id that is taken.
        assert VALIDATOR.is_valid(plan)
        with pytest.raises(BadInput) as refused:
            check_plan(plan)
        messages = {fault.message for fault in refused.value.errors}
        assert messages <= {
            "must be a date such as 2017-12-31 or 12-31-2017",
            "must have 1 to 256 bytes",
            "appears twice in the plan",
        }
