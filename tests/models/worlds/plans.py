"""Plans: clients change and read a few plans, while the changes reach the cache and the index.

Promises:
    each read answers a version that existed, never a mix, and none that was replaced more than 60 s before; none that
    was replaced at all while Redis answers and keeps what it has
    each version can be read again from the history, and has the time that `asOf` finds it by
    a write that is answered with success is in the history; one answered 404, 409 or 412 is not
    a repeated POST with the same Idempotency-Key makes one plan
    in the end the index has what the table has, and nothing of an uncommitted write is left
"""

import json
from dataclasses import replace
from typing import Any, NamedTuple

from payerworks.dynamodb import Item
from payerworks.errors import PayerworksError
from plans.index import documents
from plans.plan.document import whole_text
from plans.plan.stored_plan import StoredPlan
from plans.storage import items, repository
from plans.storage.items import root_from, service_from
from search.plans import backfill
from tests.models.aws_model import Answer, Stack
from tests.models.dynamodb_model import Change
from tests.models.process import Patches
from tests.models.scheduler import Actor, Broken, Scheduler
from tests.models.world import World as BaseWorld

FUNCTIONS = (
    "CreatePlan", "ReplacePlan", "PatchPlan", "DeletePlan", "GetPlan", "GetIndexedPlan", "OnPlanChanged",
    "OnPlanOperation", "OnSweepDue",
)  # fmt: skip
MODULES = (
    "plans.create_plan", "plans.replace_plan", "plans.patch_plan", "plans.delete_plan", "plans.get_plan",
    "plans.get_indexed_plan", "plans.on_plan_changed", "plans.on_sweep_due", "search.on_plan_operation",
    "plans.storage.history", "plans.storage.generations", "plans.plan.answers",
)  # fmt: skip
CACHE_SECONDS = 60.0
FINAL_SECONDS = 360.0
"""After this time, the version as of a moment is final (docs/plans.md)."""


class Version(NamedTuple):
    """A version as it was committed; `text` is empty for a tombstone."""

    number: int
    text: str
    etag: str
    at: str
    committed_at: float
    request_id: str
    operation: str


class World(BaseWorld):
    """A run's clients and what they are told."""

    def __init__(self, scheduler: Scheduler, stack: Stack) -> None:
        super().__init__(scheduler, stack)
        self.versions: dict[str, list[Version]] = {}
        self.as_of: dict[tuple[str, str], str] = {}
        self.has_swept_too_soon = False
        self.created: dict[str, list[Answer]] = {}
        stack.dynamodb.watchers.append(self._note_commit)

    def prepare(self, patches: Patches) -> None:
        """Small limits, so that small plans go the ways of large ones."""
        patches.set(repository, "TRANSACTION_ITEMS", self.draw.choice((5, 7, 100)))
        patches.set(repository, "MAX_LISTED", 3)
        patches.set(items, "MAX_CHANGED", self.draw.choice((2, 100)))
        self.stack.dynamodb.page_items = self.draw.choice((2, 5, 1000))

    # ---- what is true

    def _note_commit(self, changes: list[Change]) -> None:
        put = {key[1]: after for _, key, _, after in changes if after is not None}
        root = put.get("ROOT")
        version = next((after for sk, after in put.items() if sk.startswith("VERSION#")), None)
        if root is None:
            return
        [table, key] = next((table, key) for table, key, _, _ in changes if key[1] == "ROOT")
        if version is None:
            raise Broken("a root was written without its VERSION item")
        stored = root_from("acme", key[0].partition("#")[2], root)
        prefix = f"SERVICE#{stored.generation}#"
        parts = [service_from(item) for sk, item in table.items[key[0]].items() if sk.startswith(prefix)]
        text = "" if stored.deleted else whole_text(stored.text, sorted(parts, key=lambda part: part.rank))
        known = self.versions.setdefault(stored.plan_id, [])
        if stored.version != len(known) + 1:
            raise Broken(f"version {stored.version} of {stored.plan_id} follows version {len(known)}")
        operation, request_id = version["operation"]["S"], version["request_id"]["S"]
        known.append(Version(stored.version, text, stored.etag, stored.at, self.scheduler.now, request_id, operation))

    # ---- clients

    def start(self) -> None:
        """Start the clients."""
        plans = ["p1"] if self.draw.random() < 0.6 else ["p1", "p2"]
        for number in range(self.draw.choice((2, 3, 4))):
            self.scheduler.spawn(f"client {number}", lambda: self._client(plans), after=self.draw.random())
        self.scheduler.spawn("operator", self._operator)
        if self.draw.random() < 0.25:
            # Slow processes write copies of what they read long ago.
            self.scheduler.weather = replace(self.scheduler.weather, slow=0.2)
            self.scheduler.spawn("failovers", self._lose_copies)
            self.scheduler.spawn("poller", self._poll, after=40)

    def _client(self, plans: list[str]) -> None:
        # Most clients do one thing again and again, some do everything.
        doing = self.draw.choice((None, None, self._read, self._patch, self._replace))
        pause = self.draw.choice((0.0, 0.05, 1.0, 20.0))
        for _ in range(self.draw.choice((4, 8))):
            plan_id = self.draw.choice(plans)
            if not self.versions.get(plan_id) or self.versions[plan_id][-1].operation == "deleted":
                self._create(plan_id)
                continue
            todo = (self._read, self._read, self._read_past, self._read_index, self._patch, self._patch, self._replace)
            (doing or self.draw.choice((*todo, self._delete, self._create)))(plan_id)
            self.scheduler.sleep(pause * self.draw.random())

    def _operator(self) -> None:
        if self.draw.random() < 0.05:
            self.scheduler.sleep(10 * self.draw.random())
            self.stack.opensearch.hang(self.draw.choice((60, 3 * 3600)))
        if self.draw.random() < 0.3:
            self.scheduler.sleep(self.draw.choice((1, 10, 100)) * self.draw.random())
            self.stack.opensearch.forget_deletions()
        if self.draw.random() < 0.3:
            self._sweep_too_soon()
        if self.draw.random() < 0.3:
            self.scheduler.sleep(200 * self.draw.random())
            self.stack.sqs.redrive()

    def _lose_copies(self) -> None:
        for _ in range(20):
            self.scheduler.sleep(2 * self.draw.random())
            self.stack.redis.lose()

    def _poll(self) -> None:
        for _ in range(50):
            self.scheduler.sleep(4 * self.draw.random())
            if self.versions.get("p1"):
                self._read("p1")

    def _sweep_too_soon(self) -> None:
        """Sweep as if an hour had passed: writers at work must then try again, and may leave services behind."""
        self.has_swept_too_soon = True
        for _ in range(20):
            self.scheduler.wait_for(self.stack.invoke("OnSweepDue", {"time": _iso(self.scheduler.now + 3600)}), 10)
            self.scheduler.sleep(0.2 * self.draw.random())

    def _call(self, name: str, method: str, plan_id: str, **request: Any) -> tuple[Answer | None, Actor, str]:
        request_id = f"r{next(self.ids)}"
        resource = "/v1/plan" if method == "POST" else "/v1/plan/{id}"
        if name == "GetIndexedPlan":
            resource = "/v1/plan/es_plan/{id}"
        path = None if method == "POST" else {"id": plan_id}
        patience = 40.0 if self.draw.random() < 0.9 else 2.0
        answer, actor = self.stack.call(
            name, patience, method=method, resource=resource, path=path, request_id=request_id, **request
        )
        if method != "GET" and answer is not None:
            self._check_written(plan_id, request_id, answer, actor)
        return answer, actor, request_id

    def _create(self, plan_id: str) -> None:
        headers = {"Idempotency-Key": f"k{next(self.ids)}"} if self.draw.random() < 0.7 else {}
        body = plan(plan_id, f"made by {next(self.ids)}", self.draw.choice((0, 1, 2, 4, 6)))
        for _ in range(self.draw.choice((1, 2, 3)) if headers else 1):
            answer, _, _ = self._call("CreatePlan", "POST", plan_id, body=body, headers=headers)
            if headers and answer and answer["statusCode"] == 201:
                self.created.setdefault(headers["Idempotency-Key"], []).append(answer)
            if answer and answer["statusCode"] < 500 and self.draw.random() < 0.5:
                return
            self.scheduler.sleep(self.draw.choice((0.1, 31.0)))

    def _replace(self, plan_id: str) -> None:
        body = plan(plan_id, f"put by {next(self.ids)}", self.draw.choice((0, 1, 2, 4, 6)), self.draw.random() < 0.5)
        self._call("ReplacePlan", "PUT", plan_id, body=body, headers=self._if_match(plan_id))

    def _patch(self, plan_id: str) -> None:
        mark = f"patched by {next(self.ids)}"
        named = self.draw.sample(range(6), self.draw.choice((0, 1, 2)))
        body = {"note": mark} if not named or self.draw.random() < 0.5 else {}
        body["linkedPlanServices"] = [{"objectId": f"s{number}", "note": mark} for number in named]
        headers = self._if_match(plan_id)
        if self.draw.random() < 0.2:
            headers["Prefer"] = "return=minimal"
        self._call("PatchPlan", "PATCH", plan_id, body=body, headers=headers)

    def _delete(self, plan_id: str) -> None:
        self._call("DeletePlan", "DELETE", plan_id, headers=self._if_match(plan_id))

    def _if_match(self, plan_id: str) -> dict[str, str]:
        return {"If-Match": self.versions[plan_id][-1].etag} if self.draw.random() < 0.3 else {}

    # ---- promises of each answer

    def _check_written(self, plan_id: str, request_id: str, answer: Answer, actor: Actor) -> None:
        made = [version for version in self.versions.get(plan_id, ()) if version.request_id == request_id]
        status = answer["statusCode"]
        if status == 500:
            raise Broken(f"{request_id} was answered 500: {answer['body']}")
        if len(made) > 1:
            raise Broken(f"{request_id} made versions {[version.number for version in made]}")
        if status in (404, 409, 412) and made:
            raise Broken(f"{request_id} was answered {status} and made version {made[0].number}")
        if status == 503 and made and not actor.troubled:
            raise Broken(f"{request_id} was answered 503 without any fault, and made version {made[0].number}")
        if status < 300 and made and "ETag" in answer["headers"]:
            if answer["headers"]["ETag"] != made[0].etag:
                raise Broken(f"{request_id} made {made[0].etag} and was answered {answer['headers']['ETag']}")
            if answer["body"] and answer["body"] != made[0].text:
                raise Broken(f"{request_id} made version {made[0].number} and was answered another text")

    def _read(self, plan_id: str) -> None:
        began = self.scheduler.now
        answer, actor, _ = self._call("GetPlan", "GET", plan_id)
        if answer is None:
            return
        status = answer["statusCode"]
        if status == 200:
            version = self._existed(plan_id, answer)
            self._check_age(plan_id, version, began)
        elif status == 503 and not actor.troubled:
            raise Broken("a read ended in 503 without any fault")
        elif status == 404:
            known = self.versions.get(plan_id, [])
            before = [version for version in known if version.committed_at <= began]
            during = [version for version in known if version.committed_at > began]
            if before and before[-1].text and all(version.text for version in during):
                raise Broken(f"{plan_id} existed all the time, and a read was answered 404")

    def _existed(self, plan_id: str, answer: Answer) -> Version:
        for version in self.versions[plan_id]:
            if version.etag == answer["headers"]["ETag"] and version.text == answer["body"]:
                return version
        raise Broken(f"a read of {plan_id} was answered {answer['headers']['ETag']}, a text that never existed")

    def _check_age(self, plan_id: str, version: Version, began: float) -> None:
        # While Redis fails nobody, no copy is older than the last commit that came before the read.
        may_be_old = 0.0 if self.stack.redis.is_whole else CACHE_SECONDS
        later = self.versions[plan_id][version.number :]
        if later and later[0].committed_at + may_be_old < began:
            age = began - later[0].committed_at
            raise Broken(f"a read was answered version {version.number}, {age:.1f} s after version {later[0].number}")

    def _read_past(self, plan_id: str) -> None:
        known = self.versions[plan_id]
        version = self.draw.choice(known)
        if self.draw.random() < 0.5:
            answer, _, _ = self._call("GetPlan", "GET", plan_id, query={"version": str(version.number)})
            self._check_past(plan_id, version, answer)
            return
        moment = self.draw.choice((version.at, _iso(self.scheduler.now - 0.001)))
        if self.draw.random() < 0.5:
            self.scheduler.sleep(FINAL_SECONDS)
        is_final = _iso(self.scheduler.now - FINAL_SECONDS) >= moment
        answer, _, _ = self._call("GetPlan", "GET", plan_id, query={"asOf": moment})
        if answer and is_final and answer["statusCode"] in (200, 404):
            told = answer["headers"].get("ETag", "404")
            if self.as_of.setdefault((plan_id, moment), told) != told:
                raise Broken(f"as of {moment}, {plan_id} was {self.as_of[plan_id, moment]} and now is {told}")

    def _check_past(self, plan_id: str, version: Version, answer: Answer | None) -> None:
        if answer is None or answer["statusCode"] == 503:
            return
        wanted = (200, version.text) if version.text else (404, None)
        if (answer["statusCode"], answer["body"] if version.text else None) != wanted:
            raise Broken(
                f"version {version.number} of {plan_id} was answered {answer['statusCode']} {answer['body'][:200]}"
            )

    def _read_index(self, plan_id: str) -> None:
        answer, _, _ = self._call("GetIndexedPlan", "GET", plan_id)
        texts = {version.text for version in self.versions[plan_id]}
        if answer and answer["statusCode"] == 200 and answer["body"] not in texts:
            raise Broken(f"the index answered a text of {plan_id} that never existed")

    # ---- promises of the end

    def check(self) -> None:
        """Check the end of the run, for the main thread."""
        self.stack.settle()
        if self.stack.sqs.dead_letters["SearchIndexDeadLetters"]:
            raise Broken("the message of a change became a dead letter")
        self.scheduler.spawn("inspector", self._inspect)
        self.scheduler.run()

    def _inspect(self) -> None:
        for plan_id, known in self.versions.items():
            self._check_index(plan_id)
            for version in known:
                answer, _, _ = self._call("GetPlan", "GET", plan_id, query={"version": str(version.number)})
                self._check_past(plan_id, version, answer)
            for (name, moment), told in self.as_of.items():
                if name == plan_id:
                    answer, _, _ = self._call("GetPlan", "GET", plan_id, query={"asOf": moment})
                    if answer and answer["headers"].get("ETag", "404") != told:
                        raise Broken(f"as of {moment}, {plan_id} was {told} and is {answer['headers'].get('ETag')}")
            times = [version.at for version in known]
            if times != sorted(times):
                raise Broken(f"the times of versions fall: {times}")
        for key, answers in self.created.items():
            if len({(answer["headers"]["ETag"], answer["body"]) for answer in answers}) > 1:
                raise Broken(f"POST with {key} was answered {[answer['headers']['ETag'] for answer in answers]}")
        self.scheduler.sleep(CACHE_SECONDS + 1)
        for plan_id in self.versions:
            self._read(plan_id)
        self._check_swept()

    def _check_index(self, plan_id: str) -> None:
        wanted: dict[str, Item] = {}
        root = repository.read_root("acme", plan_id)
        if root is not None and not root.deleted:
            wanted = {action["id"]: action["source"] for action in backfill.actions_of(self._stored(plan_id))}
        for name, index in self.stack.opensearch.indexes.items():
            found = {
                key: source
                for key, (_, source) in index.documents.items()
                if source and source["planId"] == plan_id and not source.get("deleted")
            }
            if {key: _lasting(source) for key, source in found.items()} != {
                key: _lasting(source) for key, source in wanted.items()
            }:
                lacks, has = wanted.keys() - found.keys(), found.keys() - wanted.keys()
                raise Broken(f"{name} differs from the table in {plan_id}: lacks {len(lacks)}, has {len(has)} too many")
            root_version = index.documents.get(documents.root_key("acme", plan_id), (0, None))[0]
            if root is not None and not root.deleted and root_version != root.version:
                raise Broken(f"{name} has version {root_version} of {plan_id}, the table {root.version}")

    def _stored(self, plan_id: str) -> StoredPlan:
        try:
            stored = repository.read_plan("acme", plan_id)
        except (PayerworksError, repository.PlanChanged) as error:
            raise Broken(f"the stored parts of {plan_id} are those of no version: {error}") from error
        if stored.text != self.versions[plan_id][-1].text:
            raise Broken(f"the stored text of {plan_id} is not that of its last version")
        return stored

    def _check_swept(self) -> None:
        self.scheduler.sleep(3600)
        self.stack.invoke("OnSweepDue", {"time": _iso(self.scheduler.now)})
        self.scheduler.sleep(301)
        table = self.stack.dynamodb.tables["PlansTable"]
        generations = {
            item["generation"]["S"] for (_, sk), item in table.all() if sk == "ROOT" or sk.startswith("VERSION#")
        }
        for (_, sk), _ in table.all():
            is_orphan = sk.startswith("SERVICE#") and sk.split("#")[1] not in generations
            if sk.startswith("INTENT#") or (is_orphan and not self.has_swept_too_soon):
                raise Broken(f"{sk} is left of a write that was never committed")


def plan(plan_id: str, mark: str, services: int, is_shuffled: bool = False) -> dict[str, Any]:
    """A plan whose parts all have a mark."""
    numbers = list(range(services))
    shares = {"deductible": 10, "_org": "example", "copay": 0, "objectType": "membercostshare"}
    linked = [
        {
            "linkedService": {"_org": "example", "objectId": f"l{n}", "objectType": "service", "name": f"Service {n}"},
            "planserviceCostShares": shares | {"objectId": f"c{n}"},
            "_org": "example",
            "objectId": f"s{n}",
            "objectType": "planservice",
            "note": mark,
        }
        for n in (reversed(numbers) if is_shuffled else numbers)
    ]
    members = {"_org": "example", "objectId": plan_id, "objectType": "plan", "planType": "inNetwork"}
    return members | {
        "creationDate": "12-12-2017",
        "planCostShares": shares | {"objectId": "pc"},
        "linkedPlanServices": linked,
        "note": mark,
    }


def _lasting(source: Item) -> str:
    kept = {name: value for name, value in source.items() if name not in ("version", "lagMs", "indexedAt")}
    return json.dumps(kept, sort_keys=True)


def _iso(moment: float) -> str:
    import datetime

    return datetime.datetime.fromtimestamp(moment, datetime.UTC).isoformat(timespec="milliseconds")
