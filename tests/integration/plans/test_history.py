"""The past of a plan, through the gateway."""

import urllib.parse

from tests.integration.conftest import Answer, Api
from tests.integration.plans.conftest import new_plan, path, text

MERGE = {"Content_Type": "application/merge-patch+json"}


def life(api: Api) -> tuple[str, list[Answer]]:
    """A plan's path and the answers to its changes: small and large, deleted and made again."""
    plan = new_plan()
    url = path(plan)
    large = new_plan(150, objectId=plan["objectId"])
    copay = {"linkedPlanServices": [{"objectId": "planservice-1", "planserviceCostShares": {"copay": 2.50}}]}
    answers = [
        api.post("/v1/plan", plan),
        api.call("PATCH", url, copay),
        api.call("PUT", url, large),
        api.call("PATCH", url, copay),
        api.call("PATCH", url, {"linkedPlanServices": large["linkedPlanServices"][5:1:-1]}, **MERGE),
        api.call("DELETE", url),
        api.call("PUT", url, plan, If_None_Match="*"),
        api.call("PATCH", url, {"planType": "outOfNetwork"}),
    ]
    assert [answer.status for answer in answers] == [201, 200, 200, 200, 200, 200, 201, 200]
    return url, answers


def test_every_version_is_read_byte_for_byte_as_it_was_answered(api: Api) -> None:
    url, answers = life(api)
    items = api.get(f"{url}/history").json()["items"]
    operations = ["created", "patched", "replaced", "patched", "patched", "deleted", "created", "patched"]
    assert [(item["version"], item["operation"]) for item in reversed(items)] == list(enumerate(operations, 1))
    for item, answer in zip(reversed(items), answers, strict=True):
        at = urllib.parse.quote(item["at"])
        for query in (f"version={item['version']}", f"asOf={at}"):
            past = api.get(f"{url}?{query}")
            if item["operation"] == "deleted":
                assert past.status == 404
            else:
                assert (past.status, past.headers["etag"]) == (200, answer.headers["etag"])
                assert past.body == answer.body
                assert api.get(f"{url}?{query}", If_None_Match=answer.headers["etag"]).status == 304
    assert api.get(f"{url}?asOf={item['at'][:10]}").body == answers[-1].body
    assert api.get(f"{url}?asOf=2017-12-12").status == 404
    assert api.get(f"{url}?version=9").status == 404
    assert api.get(f"{url}?version=1&asOf=2017-12-12").status == 400
    assert api.get(f"{url}?asof=2017-12-12").status == 400


def test_a_deleted_plan_has_a_history_and_a_past(api: Api) -> None:
    plan = new_plan()
    api.post("/v1/plan", plan)
    api.call("DELETE", path(plan))
    assert api.get(path(plan)).status == 404
    assert api.get(f"{path(plan)}?version=1").body.decode() == text(plan)
    first = api.get(f"{path(plan)}/history?limit=1")
    assert [item["operation"] for item in first.json()["items"]] == ["deleted"]
    second = api.get(f"{path(plan)}/history?limit=1&cursor={first.json()['nextCursor']}")
    assert [item["operation"] for item in second.json()["items"]] == ["created"]
    assert second.json()["nextCursor"] is None
    assert api.get(f"{path(new_plan())}/history").status == 404
