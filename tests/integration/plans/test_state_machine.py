"""Creating, replacing, patching, deleting, reading and searching plans in any order, against a model of them."""

import sys
import urllib.parse
from collections.abc import Iterator
from typing import Any

import hypothesis.strategies as st
import pytest
import redis as redis_client
from hypothesis import HealthCheck, settings
from hypothesis.stateful import initialize, rule, run_state_machine_as_test

from tests.integration.conftest import Api
from tests.integration.plans import plan_model as model
from tests.integration.plans.handlers import Handlers
from tests.integration.plans.held_plans import HeldPlans, comes, path, quoted
from tests.integration.plans.plan_model import SERVICES, Edit, Number, write
from tests.integration.plans.plan_strategies import (
    CHANGES,
    CONDITIONS,
    DOCUMENTS,
    EDITS,
    FAILING,
    MANY,
    MERGE_PATCHES,
    MINIMAL,
    MOSTLY_THERE,
    NAMES,
    ORGS,
    PLAN_TYPES,
    PLANS,
    SELDOM,
    SERVICE,
)


class PlanMachine(HeldPlans):
    """What may be done to the plans of a run, in any order."""

    # ---- writes ----

    @initialize(document=DOCUMENTS)
    def begin(self, document: Any) -> None:
        self.create(0, document, {})

    @rule(number=PLANS, document=DOCUMENTS, headers=MINIMAL)
    def create(self, number: int, document: Any, headers: dict[str, str]) -> None:
        plan_id, document = self.ids[number], self.own(self.ids[number], document)
        answer = self.api.call("POST", "/v1/plan", write(document).encode(), **headers)
        if not model.is_valid(document, plan_id):
            self.refused(plan_id, answer, 400)
        elif plan_id in self.documents:
            self.refused(plan_id, answer, 409)
            assert answer.headers["etag"] == self.current[plan_id]
        else:
            self.stored(plan_id, document, answer, 201)
            assert answer.headers["location"] == f"plan/{urllib.parse.quote(plan_id, safe='')}"

    @rule(number=MOSTLY_THERE, document=DOCUMENTS, condition=CONDITIONS, headers=MINIMAL, other_id=SELDOM)
    def put(self, number: int, document: Any, condition: str | None, headers: dict[str, str], other_id: bool) -> None:
        plan_id = self.pick(number)
        document = self.own(plan_id, document) | ({"objectId": "another"} if other_id else {})
        self.replace(plan_id, document, condition, headers)

    @rule(number=PLANS, document=DOCUMENTS, condition=CONDITIONS, headers=MINIMAL)
    def put_if_none_match(self, number: int, document: Any, condition: str | None, headers: dict[str, str]) -> None:
        plan_id, document = self.ids[number], self.own(self.ids[number], document)
        answer = self.write("PUT", plan_id, document, condition, headers | {"If_None_Match": "*"})
        if not model.is_valid(document, plan_id):
            self.refused(plan_id, answer, 400)
        elif plan_id in self.documents or condition is not None:
            self.refused(plan_id, answer, 412)
        else:
            self.stored(plan_id, document, answer, 201)

    @rule(number=PLANS, document=DOCUMENTS, service=SERVICE, count=MANY, create=st.booleans())
    def write_many_services(self, number: int, document: Any, service: Any, count: int, create: bool) -> None:
        """More than one transaction takes, all much the same."""
        text = write(service).replace(f'"{service["objectId"]}', '"s-0')
        listed = [
            model.read(text.replace('"s-0', f'"s-{place}').replace("twice", f"{place}")) for place in range(count)
        ]
        document = document | {SERVICES: listed}
        if create:
            self.create(number, document, {"Prefer": "return=minimal"})
        else:
            self.replace(self.ids[number], self.own(self.ids[number], document), None, {})

    @rule(number=MOSTLY_THERE, moves=st.lists(st.integers(0, 200), max_size=3), condition=CONDITIONS)
    def put_services_in_another_order(self, number: int, moves: list[int], condition: str | None) -> None:
        plan_id = self.pick(number)
        document = self.documents.get(plan_id)
        if document is not None:
            listed = list(document[SERVICES])
            for place in moves if listed else ():
                listed.insert(place // 2, listed.pop(place % len(listed)))
            self.replace(plan_id, document | {SERVICES: listed}, condition, {})

    @rule(number=MOSTLY_THERE, change=CHANGES, condition=CONDITIONS, headers=MINIMAL)
    def patch_by_object_ids(self, number: int, change: Any, condition: str | None, headers: dict[str, str]) -> None:
        plan_id = self.pick(number)
        plan = self.documents.get(plan_id)
        result = model.merged(plan, change) if plan else None
        self.patch(plan_id, "application/json", change, (200, result), condition, headers)

    @rule(number=MOSTLY_THERE, change=MERGE_PATCHES, condition=CONDITIONS, headers=MINIMAL)
    def patch_by_merging(self, number: int, change: Any, condition: str | None, headers: dict[str, str]) -> None:
        plan_id = self.pick(number)
        result = model.merge_patched(self.documents.get(plan_id), change)
        self.patch(plan_id, "application/merge-patch+json", change, (200, result), condition, headers)

    @rule(number=MOSTLY_THERE, edits=st.lists(EDITS, max_size=4), condition=CONDITIONS, headers=MINIMAL)
    def patch_by_operations(
        self, number: int, edits: list[Edit], condition: str | None, headers: dict[str, str]
    ) -> None:
        plan_id = self.pick(number)
        plan = self.documents.get(plan_id)
        operations, result, status = model.edited(plan, edits) if plan else ([], None, 200)
        self.patch(plan_id, "application/json-patch+json", operations, (status, result), condition, headers)

    @rule(number=MOSTLY_THERE, condition=st.sampled_from([None, "current", "*", *FAILING]), headers=MINIMAL)
    def delete(self, number: int, condition: str | None, headers: dict[str, str]) -> None:
        plan_id = self.pick(number)
        answer = self.write("DELETE", plan_id, None, condition, headers)
        if self.passes(plan_id, condition, answer):
            assert answer.status == (204 if headers else 200), answer.body
            assert headers or answer.json() == {"status": "deleted", "objectId": plan_id}
            assert "etag" not in answer.headers
            assert answer.headers["change-token"]
            del self.documents[plan_id], self.current[plan_id]
            self.check(plan_id)

    def replace(self, plan_id: str, document: Any, condition: str | None, headers: dict[str, str]) -> None:
        answer = self.write("PUT", plan_id, document, condition, headers)
        if not model.is_valid(document, plan_id):
            self.refused(plan_id, answer, 400)
        elif self.passes(plan_id, condition, answer):
            self.stored(plan_id, document, answer, 200)

    def patch(
        self,
        plan_id: str,
        media_type: str,
        change: Any,
        outcome: tuple[int, Any],
        condition: str | None,
        headers: dict[str, str],
    ) -> None:
        status, result = outcome
        answer = self.write("PATCH", plan_id, change, condition, headers | {"Content_Type": media_type})
        if self.passes(plan_id, condition, answer):
            if status == 200 and model.is_valid(result, plan_id):
                self.stored(plan_id, result, answer, 200)
            else:
                self.refused(plan_id, answer, 400 if status == 200 else status)

    # ---- reads ----

    @rule(number=MOSTLY_THERE, condition=CONDITIONS)
    def get(self, number: int, condition: str | None) -> None:
        plan_id = self.pick(number)
        headers = {} if condition is None else {"If_None_Match": self.tags(plan_id, condition)}
        answer = self.api.get(path(plan_id), **headers)
        if plan_id not in self.documents:
            assert answer.status == 404
        elif condition in ("current", "*", "listed", "weak"):
            assert (answer.status, answer.body, answer.headers["etag"]) == (304, b"", self.current[plan_id])
        else:
            found = answer.status, answer.body.decode(), answer.headers["etag"]
            assert found == (200, self.text(plan_id), self.current[plan_id])

    @rule(org=ORGS, plan_type=st.none() | PLAN_TYPES, limit=st.integers(1, 4))
    def list_plans(self, org: str, plan_type: str | None, limit: int) -> None:
        query = {"_org": self.orgs[org]} | ({} if plan_type is None else {"planType": plan_type})
        expected = []
        for plan_id in sorted(self.documents, key=str.encode):
            plan = self.documents[plan_id]
            if query.items() <= plan.items():
                own = {name: value for name, value in plan.items() if name not in ("planCostShares", SERVICES)}
                expected.append(write(own | {"serviceCount": Number(str(len(plan[SERVICES])))}))
        comes(lambda: self.listed(query | {"limit": str(limit)}), expected)

    def listed(self, query: dict[str, str]) -> list[str]:
        """All items of a list, page after page."""
        found: list[str] = []
        cursor: dict[str, str] = {}
        while True:
            answer = self.api.get("/v1/plan?" + urllib.parse.urlencode(query | cursor))
            assert answer.status == 200
            page = model.read(answer.body)
            found += map(write, page["items"])
            if page["nextCursor"] is None:
                return found
            cursor = {"cursor": page["nextCursor"]}

    @rule(number=MOSTLY_THERE, caught_up=SELDOM)
    def search_plan(self, number: int, caught_up: bool) -> None:
        """Search may be behind, but never shows what was never so."""
        if caught_up:
            self.check_search()
        plan_id = self.pick(number)
        answer = self.api.get("/v1/plan/es_plan/" + quoted(plan_id))
        assert answer.status in (200, 404, 503)
        assert answer.status != 200 or answer.body.decode() in self.texts[plan_id].values()

    @rule(number=MOSTLY_THERE, name=NAMES, children=st.booleans())
    def search_objects(self, number: int, name: str, children: bool) -> None:
        plan_id = self.pick(number)
        query = {"id": name, "plan": plan_id} | ({"parent_type": "linkedPlanServices"} if children else {})
        answer = self.api.get("/v1/plan/es_data?" + urllib.parse.urlencode(query))
        assert answer.status in (200, 404)
        if answer.status == 200:
            items = model.read(answer.body)["items"]
            assert {write(item) for item in items} <= self.parts[plan_id]
            assert {item["parentId" if children else "objectId"] for item in items} == {name}

    # ---- the end of a run ----

    def teardown(self) -> None:
        try:
            # A step that failed says more than all that would follow from it.
            if sys.exc_info()[0] is None:
                self.check_search()
        finally:
            for plan_id in self.documents:
                self.api.call("DELETE", path(plan_id))


@pytest.fixture
def copies(here: None, stack: dict[str, Any]) -> Iterator[redis_client.Redis]:
    with redis_client.Redis.from_url(stack["redis_url"]) as client:
        yield client


RUNS = settings(database=None, suppress_health_check=list(HealthCheck))


def test_plans_do_what_the_model_says(api: Api, stack: dict[str, Any], copies: redis_client.Redis) -> None:
    # The same runs every time, so that what fails here fails again.
    short = settings(RUNS, max_examples=8, stateful_step_count=20, derandomize=True)
    run_state_machine_as_test(lambda: PlanMachine(api, stack, copies), settings=short)


@pytest.mark.long
def test_plans_do_what_the_model_says_in_200_runs_of_50_steps(
    stack: dict[str, Any], copies: redis_client.Redis
) -> None:
    long = settings(RUNS, max_examples=200, stateful_step_count=50)
    run_state_machine_as_test(lambda: PlanMachine(Handlers(), stack, copies), settings=long)
