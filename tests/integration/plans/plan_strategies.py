"""Plans, changes and conditions for the state machine to draw.

Of few names and values, so that they meet; and by few choices, as hypothesis gives up a run that takes too many.
"""

import hypothesis.strategies as st

from tests.integration.plans import plan_model as model
from tests.integration.plans.plan_model import SERVICES, Edit, Json, Number, read

AMOUNTS = st.sampled_from(["23", "0", "1", "1.0", "1.10", "1e2", "0.30000000000000004", "123456789012.25"]).map(Number)
VALUES = st.sampled_from(
    [
        "null",
        "true",
        "0",
        "-0",
        "-1.50",
        "1E-7",
        "12345678901234567890",
        '"yearly physical"',
        '""',
        '"1.0"',
        "[]",
        "{}",
        '"Zürich – 漢字 😀"',
        '"a\\"b\\\\c\\n\\t\\u0001\u2028"',
        "[1, 1.0, [null]]",
        '{"note": null, "": {"x": 1.00}}',
        '{"note": {"y": [false]}, "x": 2}',
    ]
).map(read)
"""Of fields that nobody has defined."""
UNKNOWN = st.dictionaries(st.sampled_from(["note", "läge 😀", "a/b~c", ""]), VALUES, max_size=1)
NAMES = st.sampled_from(["s-0", "s-1", "s-2", "s-3", "1", "~1 ä#%"])
PLAN_TYPES = st.sampled_from(["inNetwork", "outOfNetwork", "PPO ü"])
ORGS = st.sampled_from(["north", "south"])
SELDOM = st.sampled_from([False] * 19 + [True])

_AMOUNT_MEMBERS = st.dictionaries(st.sampled_from(["copay", "coinsurance", "annualMaximum"]), AMOUNTS, max_size=2)


def _cost_shares(name: str, deductible: Number, amounts: Json, unknown: Json) -> Json:
    shares = {"objectId": name, "objectType": "membercostshare", "deductible": deductible, "_org": "example.com"}
    # What is not known stands before the rest, so that the order of members differs from one to the next.
    return unknown | shares | amounts


def _service(name: str, twice: bool, deductible: Number, amounts: Json, unknown: Json, inner: Json) -> Json:
    """A linked service. Its objects' ids follow from its own; seldom they are another's too."""
    ids = "twice" if twice else name
    return {
        "objectType": "planservice",
        "planserviceCostShares": _cost_shares(f"{ids} shares", deductible, amounts, inner),
        **unknown,
        "_org": "example.com",
        "linkedService": {"objectId": f"{ids} service", "objectType": "service", "name": f"{name} ü", "_org": "o"}
        | inner,
        "objectId": name,
    }


def _document(
    plan_type: str, date: str, org: str, shares: Json, listed: list[Json], unknown: Json, wrong: bool
) -> Json:
    """A plan without its objectId."""
    plan = {
        "planCostShares": shares,
        SERVICES: listed,
        "objectType": "plan",
        "planType": None if wrong else plan_type,
        "creationDate": date,
        "_org": org,
    }
    return unknown | plan if date < "2" else plan | unknown


SHARES = st.builds(_cost_shares, st.just("shares"), AMOUNTS, _AMOUNT_MEMBERS, UNKNOWN)
SERVICE = st.builds(_service, NAMES, SELDOM, AMOUNTS, _AMOUNT_MEMBERS, UNKNOWN, UNKNOWN)
DIFFERENT_SERVICES = st.lists(SERVICE, max_size=4, unique_by=lambda service: service["objectId"])
DOCUMENTS = st.builds(
    _document,
    PLAN_TYPES,
    st.sampled_from(["12-12-2017", "2017-12-12"]),
    ORGS,
    SHARES,
    DIFFERENT_SERVICES,
    UNKNOWN,
    SELDOM,
)

PART_OF_A_SERVICE = st.builds(
    lambda name, part: {"objectId": name} | part,
    NAMES,
    st.one_of(
        st.builds(lambda amounts, unknown: {"planserviceCostShares": amounts | unknown}, _AMOUNT_MEMBERS, UNKNOWN),
        st.just({"linkedService": {"name": "renamed"}}),
        UNKNOWN,
    ),
)
PLAN_MEMBERS = st.one_of(
    UNKNOWN,
    st.builds(lambda plan_type: {"planType": plan_type}, PLAN_TYPES),
    st.builds(lambda amounts, unknown: {"planCostShares": amounts | unknown}, _AMOUNT_MEMBERS, UNKNOWN),
    st.sampled_from(
        [{"planCostShares": {"copay": None}}, {"creationDate": "2017-12-12"}, {"planType": None}, {"objectId": "x"}]
    ),
)
CHANGES = st.builds(
    lambda members, listed: members | ({SERVICES: listed} if listed else {}),
    PLAN_MEMBERS,
    st.lists(PART_OF_A_SERVICE | SERVICE, max_size=3),
)
MERGE_PATCHES = PLAN_MEMBERS | st.builds(lambda listed: {SERVICES: listed}, DIFFERENT_SERVICES)
PLACES = st.integers(0, 9)
EDITS = st.one_of(
    st.builds(Edit, st.just("copay"), PLACES, st.just(0), st.booleans(), AMOUNTS),
    st.builds(Edit, st.sampled_from(["move", "move", "remove"]), PLACES, PLACES, st.booleans(), st.just("no services")),
    st.builds(Edit, st.just("insert"), PLACES, st.just(0), st.booleans(), SERVICE),
    st.builds(Edit, st.sampled_from(["note", "copy", "test"]), st.just(0), st.just(0), st.just(False), VALUES),
    st.builds(Edit, st.sampled_from(["test", *model.REFUSED]), st.just(0), st.just(0), st.just(False), st.none()),
)

PLANS = st.integers(0, 3)
MOSTLY_THERE = st.integers(0, 11)
MANY = st.sampled_from([99, 101, 130])
FAILING = ["weak", "previous", "oldest", "another's"]
CONDITIONS = st.sampled_from([None] * 8 + ["current"] * 4 + ["*", "listed", *FAILING])
MINIMAL = st.sampled_from([{}, {}, {"Prefer": "return=minimal"}])
