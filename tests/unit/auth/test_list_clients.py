from collections.abc import Callable

import botocore.session

from auth import list_clients, rotate_client
from tests.unit.auth.conftest import answered
from tests.unit.auth.machines import add_machine


def test_the_list_has_the_machines_of_the_tenant_the_newest_first(clock: Callable[[float], None]) -> None:
    machines = []
    for number in range(5):
        machines.append(add_machine("claims", "plans", name=f"machine {number}").client_id)
        clock(1)
    add_machine(tenant="other")
    listed: list[str] = []
    cursor: dict[str, str] = {}
    while True:
        page = answered(list_clients.handler, "list_clients", query={"limit": "2"} | cursor)["json"]
        listed += [item["client_id"] for item in page["items"]]
        if page["nextCursor"] is None:
            break
        cursor = {"cursor": page["nextCursor"]}
    assert listed == machines[::-1]


def test_an_item_says_when_its_secret_was_made_and_nothing_of_it(clock: Callable[[float], None]) -> None:
    machine = add_machine("claims")
    clock(3600)
    path = {"id": machine.client_id}
    new = answered(rotate_client.handler, "rotate_client", path=path)["json"]["client_secret"]
    answer = answered(list_clients.handler, "list_clients")
    [item] = answer["json"]["items"]
    assert item.keys() == {"client_id", "name", "roles", "created_at", "rotated_at"}
    assert item["created_at"] < item["rotated_at"]
    assert new not in answer["body"]
    assert "hash" not in answer["body"]


def test_a_tenant_without_machines_has_an_empty_list(aws: botocore.session.Session) -> None:
    assert answered(list_clients.handler, "list_clients")["json"] == {"items": [], "nextCursor": None}
    assert answered(list_clients.handler, "list_clients", query={"cursor": "forged"})["statusCode"] == 400
