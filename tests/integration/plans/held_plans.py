"""Plans of a run, what was ever true of them, and what every answer must be by that."""

import time
import urllib.parse
import uuid
from collections import defaultdict
from collections.abc import Callable
from typing import Any

import redis as redis_client
from hypothesis.stateful import RuleBasedStateMachine

from payerworks.errors import NotFound
from payerworks.opensearch import opensearch
from plans.storage import repository
from tests.integration.conftest import Answer, Api
from tests.integration.plans import plan_model as model
from tests.integration.plans.conftest import drained
from tests.integration.plans.handlers import Handlers
from tests.integration.plans.plan_model import write


class HeldPlans(RuleBasedStateMachine):
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

    # ---- search ----

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
