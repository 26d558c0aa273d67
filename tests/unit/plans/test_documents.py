import json

import pytest

from payerworks import json_text
from plans.index.documents import (
    HASHES,
    definition,
    delete_action,
    root_actions,
    root_key,
    service_actions,
    service_delete_actions,
    tombstone_action,
)
from plans.index.search_fields import AMOUNTS
from plans.plan.stored_plan import Change, creation
from tests.unit.plans.plans import PLAN


def stored() -> Change:
    return creation("acme", PLAN, None, "seed")


def test_every_object_is_a_document_of_its_own_in_the_relations_of_the_index() -> None:
    change = stored()
    actions = root_actions(change.after) + [
        action for part in change.put for action in service_actions(change.after, part)
    ]
    by_id = {action["id"]: action["source"] for action in actions}
    assert len(by_id) == 2 + 3 * 2
    assert {action["routing"] for action in actions} == {actions[0]["routing"]}
    for source in by_id.values():
        parent = by_id.get(source["kind"].get("parent"))
        assert (parent["objectId"] if parent else None) == source["parentId"]
        assert source["tenant"] == "acme"
        own = json.loads(source["text"])
        assert not any(isinstance(member, dict | list) for member in own.values())
    kinds = [action["source"]["kind"]["name"] for action in actions]
    assert kinds[:5] == ["planCostShares", "plan", "linkedPlanServices", "linkedService", "planserviceCostShares"]


def test_every_field_of_a_document_is_in_the_mapping_of_the_index() -> None:
    change = stored()
    actions = [
        *root_actions(change.after),
        *service_actions(change.after, change.put[0]),
        tombstone_action(change.after),
    ]
    fields = {field for action in actions for field in action["source"]}
    fields |= {"refused", "indexedAt"}  # which opensearch.py and a sync add
    # Without a mapping, a field is stored, and no search finds it.
    assert fields <= definition()["mappings"]["properties"].keys()


def test_what_is_taken_out_is_what_was_put() -> None:
    change = stored()
    part = change.put[0]
    put = [action["id"] for action in service_actions(change.after, part)]
    assert [action["id"] for action in service_delete_actions(change.after, part.object_id)] == put
    key = root_key("acme", PLAN["objectId"])
    assert delete_action("acme", PLAN["objectId"], key, 1)["id"] == root_actions(change.after)[-1]["id"]


def test_the_hashes_of_a_plans_documents_add_up_to_its_digest() -> None:
    change = stored()
    actions = root_actions(change.after) + [
        action for part in change.put for action in service_actions(change.after, part)
    ]
    hashes = [action["source"]["hash"] for action in actions if "hash" in action["source"]]
    assert len(hashes) == 1 + 2
    assert sum(hashes) % HASHES == change.after.digest % HASHES


def test_a_tombstone_takes_the_place_of_the_plans_own_document_and_is_no_object() -> None:
    root = stored().after
    action = tombstone_action(root)
    assert (action["op"], action["id"]) == ("index", root_actions(root)[-1]["id"])
    assert action["source"]["deleted"] is True
    assert {"kind", "objectId"}.isdisjoint(action["source"])


def test_another_tenant_or_plan_has_other_documents() -> None:
    assert len({root_key(*names) for names in [("a", "b#c"), ("a#b", "c"), ("a", "b"), ("b", "a")]}) == 4


def test_a_linked_services_document_has_what_is_searched_of_the_objects_in_it() -> None:
    plan = json.loads(json.dumps(PLAN))
    service = plan["linkedPlanServices"][0]
    service["linkedService"] |= {"name": "Eye exam", "type": "vision"}
    service["serviceType"] = {"no": "text"}
    service["planserviceCostShares"] |= {"deductible": 12.5, "copay": None, "coinsurance": 0.2, "annualMaximum": "1000"}
    change = creation("acme", plan, None, "seed")
    source = service_actions(change.after, change.put[0])[0]["source"]
    assert source["serviceText"] == ["Eye exam", "planservice", "service", "vision"]
    assert source["objectTypes"] == ["planservice", "service", "membercostshare"]
    assert [source.get(name) for name in AMOUNTS] == [12.5, None, 0.2, None]


@pytest.mark.parametrize(
    ("sent", "indexed"),
    [
        ("-0", "0.0"),
        ("-0.0", "0.0"),
        ("-1e-400", "0.0"),
        ("2000.10", "2000.1"),
        ("1e308", "1e+308"),
        (f"0.{'0' * 1200}1", "0.0"),
        (f"5.{'0' * 1200}1", "5.0"),
        ("true", None),
    ],
)
def test_an_amount_in_the_index_is_what_a_double_holds(sent: str, indexed: str | None) -> None:
    plan = json_text.read(json.dumps(PLAN).replace('"copay": 0', f'"copay": {sent}, "coinsurance": {sent}'))
    change = creation("acme", plan, None, "seed")
    source = service_actions(change.after, change.put[0])[0]["source"]
    for name in ("copay", "coinsurance"):
        assert (json_text.write(source[name]) if name in source else None) == indexed
    assert f'"copay":{sent},' in source["whole"]


def test_a_number_in_a_text_field_is_indexed_as_text() -> None:
    plan = json_text.read(json.dumps(PLAN | {"name": "N"}).replace('"N"', "1" * 150))
    source = root_actions(creation("acme", plan, None, "seed").after)[-1]["source"]
    assert source["name"] == "1" * 150


def test_a_plans_document_has_the_amounts_of_its_own_cost_shares_and_its_day() -> None:
    shares = {name: PLAN["planCostShares"][name] for name in PLAN["planCostShares"] if name != "copay"}
    plan = PLAN | {"planCostShares": shares, "deductible": 7, "copay": 7}
    source = root_actions(creation("acme", plan, None, "seed").after)[-1]["source"]
    assert (source["deductible"], source.get("copay"), source["created"]) == (2000, None, "2017-12-12")
    assert source["org"] == PLAN["_org"]


def test_members_that_the_index_cannot_take_are_kept_and_not_searched() -> None:
    plan = PLAN | {"name": {"first": "A"}}
    source = root_actions(creation("acme", plan, None, "seed").after)[-1]["source"]
    assert "name" not in source
    assert json.loads(source["text"])["name"] == {"first": "A"}
