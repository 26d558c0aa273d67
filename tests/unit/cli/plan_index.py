"""What the index of plans answers, made from the stored plans: unit tests have no OpenSearch that joins documents."""

from collections.abc import Callable
from typing import Any

import httpx


class PlanIndex:
    """Searches over the plans that a test names, and jobs that have ended when they are first read."""

    def __init__(self, read_plan: Callable[[str], Any]) -> None:
        self._read_plan = read_plan
        self.plan_ids = ["sbc-plan-7"]
        self.patients = 0
        self.drifted: list[str] = []
        self.refused: list[str] = []
        self.queries: list[dict[str, str]] = []
        self._late = {"search": 1, "plan": 1}
        self._jobs: dict[str, dict[str, Any]] = {}

    def answer(self, method: str, path: str, query: dict[str, str]) -> httpx.Response | None:
        """The answer to a request about the index; None to any other."""
        match path.strip("/").split("/"):
            case ["v1", "plan", "search"]:
                return self._search(query)
            case ["v1", "plan", "es_plan", plan_id]:
                return _not_found() if self._is_late("plan") else httpx.Response(200, json=self._read_plan(plan_id))
            case ["v1", "plan", "es_data"]:
                plan = self._read_plan(query["id"])
                children = [plan["planCostShares"], *plan["linkedPlanServices"]]
                return _page(children if "parent_type" in query else [plan])
            case ["admin", "search", name]:
                return self._job(method, name, query)
        return None

    def _search(self, query: dict[str, str]) -> httpx.Response:
        """The first search that waits for a write finds it not indexed yet."""
        self.queries.append(query)
        if "after" in query and self._is_late("search"):
            return httpx.Response(504, json={"title": "Gateway Timeout", "detail": "Not searchable yet."})
        items = []
        for plan in filter(None, map(self._read_plan, self.plan_ids)):
            services = plan["linkedPlanServices"]
            matches = [service for service in services if query["q"] in service["linkedService"]["name"].lower()]
            if matches:
                items.append({name: plan[name] for name in ("objectId", "planType", "_org")} | {"matches": matches})
        return _page(items)

    def _job(self, method: str, name: str, query: dict[str, str]) -> httpx.Response:
        key, is_of_plans = f"{name} {query['index']}", query["index"] == "plans"
        if method == "GET":
            return httpx.Response(200, json=self._jobs[key] | {"status": "completed"})
        plans = len(list(filter(None, map(self._read_plan, self.plan_ids))))
        if name == "drift":
            stale = {"count": len(self.drifted), "ids": self.drifted}
            job = {"checked": plans, "stale": stale} if is_of_plans else {"checked": self.patients}
            self.drifted = [] if query.get("repair") == "true" else self.drifted
        else:
            job = {"id": "job-1", query["index"]: plans if is_of_plans else self.patients}
            job |= {"documents": 1200 if is_of_plans else self.patients, "total": plans}
        refused = self.refused if is_of_plans else []
        job["refused"] = {"count": len(refused), "ids": refused}
        self._jobs[key] = {"status": "running"} | job
        return httpx.Response(202, json=self._jobs[key])

    def _is_late(self, name: str) -> bool:
        self._late[name] -= 1
        return self._late[name] >= 0


def _page(items: list[Any]) -> httpx.Response:
    return httpx.Response(200, json={"items": items, "nextCursor": None})


def _not_found() -> httpx.Response:
    return httpx.Response(404, json={"title": "Not Found", "detail": "Not indexed yet."})
