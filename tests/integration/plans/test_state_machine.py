"""Creating, replacing, patching, deleting, reading and searching plans in any order, against a model of them."""

import sys
import time
import urllib.parse
import uuid
from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Any

import hypothesis.strategies as st
import pytest
import redis as redis_client
from hypothesis import HealthCheck, settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from payerworks.errors import NotFound
from payerworks.opensearch import opensearch
from plans import repository
from tests.integration.conftest import Answer, Api
from tests.integration.plans import plan_model as model
from tests.integration.plans.conftest import drained
from tests.integration.plans.handlers import Handlers
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


class PlanMachine(RuleBasedStateMachine):
    """Four plans of a run, and all that was ever true of them.

    `documents` holds those that are there, `current` their ETags, `texts` each ETag that a plan ever had with the text
    it was for, `parts` each form that an object of a plan ever had.
    """

    def __init__(self, api: Api | Handlers, stack: dict[str, Any], copies: redis_client.Redis) -> None:
        super().__init__()
        run = uuid.uuid4().hex[:12]
        self.api, self.stack, self.copies = api, stack, copies
        self.ids = [f"{run}-0", f"{run} a+b%", f"{run}#ä 漢字 😀?&=", f"{run}~1;'\\\""]
        self.orgs = {"north": f"{run} north", "south": f"{run} süd"}
        self.documents: dict[str, Any] = {}
        self.current: dict[str, str] = {}
        self.texts: dict[str, dict[str, str]] = defaultdict(dict)
        self.parts: dict[str, set[str]] = defaultdict(set)

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

    def pick(self, number: int) -> str:
        """Mostly a plan that is there, if there is one."""
        there = sorted(self.documents)
        return there[number % len(there)] if there and number < 10 else self.ids[number % len(self.ids)]

    def own(self, plan_id: str, document: Any) -> Any:
        """A drawn document with the id and the organisation that it has in this run."""
        return {"objectId": plan_id} | document | {"_org": self.orgs[document["_org"]]}

    def write(self, method: str, plan_id: str, body: Any, condition: str | None, headers: dict[str, str]) -> Answer:
        data = None if body is None else write(body).encode()
        sent = headers if condition is None else headers | {"If_Match": self.tags(plan_id, condition)}
        return self.api.call(method, path(plan_id), data, **sent)

    def tags(self, plan_id: str, condition: str) -> str:
        """The value of If-Match or If-None-Match that a condition means."""
        current = self.current.get(plan_id, '"0-0"')
        earlier = [etag for etag in self.texts[plan_id] if etag != current] or ['"1-0"']
        others = [etag for other, etag in self.current.items() if other != plan_id] or ['"1-1"']
        return {
            "current": current,
            "*": "*",
            "listed": f'"1-x", {current}',
            "weak": f"W/{current}",
            "previous": earlier[-1],
            "oldest": earlier[0],
            "another's": others[0],
        }[condition]

    # ---- answers ----

    def passes(self, plan_id: str, condition: str | None, answer: Answer) -> bool:
        """Whether the plan is there and If-Match holds; the answer says so where not."""
        there = plan_id in self.documents
        if condition is not None and not (there and condition in ("current", "*", "listed")):
            self.refused(plan_id, answer, 412)
            return False
        if not there:
            self.refused(plan_id, answer, 404)
        return there

    def refused(self, plan_id: str, answer: Answer, status: int) -> None:
        assert answer.status == status, answer.body
        assert answer.headers["content-type"] == "application/problem+json"
        if status == 412:
            assert answer.headers.get("etag") == self.current.get(plan_id)
        self.check(plan_id)

    def stored(self, plan_id: str, document: Any, answer: Answer, status: int) -> None:
        """A write was taken: its answer, and what must be true from now on."""
        assert answer.status in (status, 204), answer.body
        text, etag = write(document), answer.headers["etag"]
        if answer.headers.get("preference-applied") == "return=minimal":
            assert (answer.status, answer.body) == (204, b"")
        else:
            assert (answer.status, answer.body.decode()) == (status, text)
        assert answer.headers["change-token"]
        if plan_id in self.documents and write(self.documents[plan_id]) == text:
            assert etag == self.current[plan_id]
        else:
            assert etag not in self.texts[plan_id]
        self.documents[plan_id], self.current[plan_id], self.texts[plan_id][etag] = document, etag, text
        self.parts[plan_id] |= {write(placed.indexed(plan_id)) for placed in model.objects(document)}
        self.check(plan_id)

    def check(self, plan_id: str) -> None:
        """The plan as GET answers it and as the table has it is the model's; a copy in Redis too."""
        expected = (200, self.text(plan_id), self.current[plan_id]) if plan_id in self.documents else (404, None, None)
        assert table(plan_id) == expected
        # Twice: before the first there may be no copy, after it there is one.
        for _ in range(2):
            answer = Handlers().get(path(plan_id))
            found = answer.status, answer.body.decode(), answer.headers.get("etag")
            assert (found if answer.status == 200 else (answer.status, None, None)) == expected
        copy = self.copies.get(f"main#plan#{plan_id}")
        assert copy is None or isinstance(copy, bytes)
        words = copy.decode().split("\n", 2) if copy else []
        if len(words) == 3:  # else it is a fence
            assert (200, words[2], words[1]) == expected

    def text(self, plan_id: str) -> str:
        return write(self.documents[plan_id])

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

    def check_search(self) -> None:
        """When the feed has forwarded and the queue delivered all that was written, search has what the table has."""
        marker = self.own(f"{self.ids[0]} marker", model.read(MARKER))
        plan_id = marker["objectId"]
        assert self.api.call("POST", "/v1/plan", write(marker).encode()).status == 201
        try:
            comes(lambda: self.api.get("/v1/plan/es_plan/" + quoted(plan_id)).status, 200)
            drained(self.stack)
            for plan_id in self.ids:
                there = plan_id in self.documents
                comes(lambda plan_id=plan_id: self.rebuilt(plan_id), self.text(plan_id) if there else None)
                objects = model.objects(self.documents[plan_id]) if there else []
                expected = sorted(write(placed.indexed(plan_id)) for placed in objects)
                comes(lambda plan_id=plan_id: indexed_objects(plan_id), expected)
        finally:
            self.api.call("DELETE", path(marker["objectId"]))

    def rebuilt(self, plan_id: str) -> str | None:
        answer = self.api.get("/v1/plan/es_plan/" + quoted(plan_id))
        assert answer.status in (200, 404, 503)
        return {200: answer.body.decode(), 404: None, 503: "being indexed"}[answer.status]


MARKER = """{"objectType": "plan", "planType": "marker", "creationDate": "2017-12-12", "_org": "north",
"planCostShares": {"objectId": "shares", "objectType": "membercostshare", "deductible": 0, "_org": "o"},
"linkedPlanServices": []}"""


def quoted(plan_id: str) -> str:
    return urllib.parse.quote(plan_id, safe="")


def path(plan_id: str) -> str:
    return "/v1/plan/" + quoted(plan_id)


def table(plan_id: str) -> tuple[int, str | None, str | None]:
    """A plan as the table has it, like an answer."""
    try:
        plan = repository.read_plan("main", plan_id)
    except NotFound:
        return 404, None, None
    return 200, plan.text, plan.root.etag


def indexed_objects(plan_id: str) -> list[str]:
    """Every object that the index has of a plan, as `es_data` shows it."""
    filters = [{"term": {"tenant": "main"}}, {"term": {"planId": plan_id}}, {"exists": {"field": "objectId"}}]
    body = {"query": {"bool": {"filter": filters}}, "size": 10_000}
    hits = opensearch().search(index="plans", body=body)["hits"]["hits"]
    sources = [hit["_source"] for hit in hits]
    return sorted(
        write(model.read(source["text"]) | {name: source[name] for name in ("planId", "parentId")})
        for source in sources
    )


def comes(ask: Callable[[], Any], expected: Any) -> None:
    """Wait until what is asked for is what is expected, a minute at most."""
    end = time.monotonic() + 60
    while (found := ask()) != expected and time.monotonic() < end:
        time.sleep(0.1)
    assert found == expected


@pytest.fixture
def copies(here: None, stack: dict[str, Any]) -> Iterator[redis_client.Redis]:
    with redis_client.Redis.from_url(stack["redis_url"]) as client:
        yield client


RUNS = settings(deadline=None, database=None, suppress_health_check=list(HealthCheck))


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
