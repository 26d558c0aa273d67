from collections.abc import Callable
from typing import Any

import botocore.session
import pytest

from auth import delete_client, rotate_client
from tests.unit.auth.conftest import answered, context_of, items
from tests.unit.auth.machines import Machine, add_machine, token_answer, token_of
from tests.unit.interleaving import before_call

Clock = Callable[[float], None]


def rotation(machine: Machine, overlap: int | None = 0, **changes: Any) -> dict[str, Any]:
    """The answer to a rotation; without an overlap, one without a body."""
    body = None if overlap is None else {"overlap_seconds": overlap}
    path = {"id": machine.client_id}
    return answered(rotate_client.handler, "rotate_client", body=body, path=path, **changes)


def rotated(machine: Machine, overlap: int | None = 0) -> Machine:
    answer = rotation(machine, overlap)
    assert answer["statusCode"] == 200, answer["body"]
    assert answer["json"].items() >= {"client_id": machine.client_id, "name": "Nightly claims", "roles": []}.items()
    return Machine(machine.client_id, answer["json"]["client_secret"])


def works(machine: Machine) -> bool:
    return bool(token_answer(machine)["statusCode"] == 200)


@pytest.mark.parametrize("overlap", [0, None])
def test_the_old_secret_and_its_tokens_end_at_once(aws: botocore.session.Session, overlap: int | None) -> None:
    old = add_machine()
    token = token_of(old)
    new = rotated(old, overlap)
    assert not works(old)
    assert context_of(token) is None
    assert context_of(token_of(new)) is not None


def test_with_an_overlap_they_work_until_its_end(clock: Clock) -> None:
    old = add_machine()
    token = token_of(old)
    new = rotated(old, 600)
    clock(599)
    last = token_answer(old)
    assert last["json"]["expires_in"] == 1
    assert context_of(token) is not None
    clock(1)
    assert not works(old)
    assert context_of(token) is None
    assert context_of(last["json"]["access_token"]) is None
    assert works(new)


def test_a_rotation_whose_answer_was_lost_does_not_end_the_secret_in_use(clock: Clock) -> None:
    used = add_machine()
    rotated(used, 600)
    clock(10)
    new = rotated(used, 600)
    assert works(used)
    assert works(new)
    clock(590)
    assert not works(used)
    assert works(new)


def test_an_overlap_is_cut_short_by_a_rotation_without_one_and_never_prolonged(clock: Clock) -> None:
    first = add_machine()
    second = rotated(first, 60)
    third = rotated(first, 86_400)
    clock(60)
    assert [works(machine) for machine in (first, second, third)] == [False, True, True]
    fourth = rotated(first)
    assert [works(machine) for machine in (second, third, fourth)] == [False, False, True]


def test_five_secrets_at_most_work_at_once(aws: botocore.session.Session) -> None:
    machines = [add_machine()]
    machines += [rotated(machines[0], 3600) for _ in range(5)]
    assert [works(machine) for machine in machines] == [False, True, True, True, True, True]


def test_of_two_rotations_at_once_one_is_refused(aws: botocore.session.Session) -> None:
    machine = add_machine()
    first: list[Machine] = []
    with before_call("PutItem", lambda: first.append(rotated(machine))):
        assert rotation(machine)["statusCode"] == 409
    assert works(first[0])


def test_a_client_that_is_deleted_meanwhile_does_not_come_back(aws: botocore.session.Session) -> None:
    machine = add_machine()
    delete = {"path": {"id": machine.client_id}}
    with before_call("PutItem", lambda: answered(delete_client.handler, "delete_client", **delete)):
        assert rotation(machine)["statusCode"] == 409
    assert items("CLIENT") == []


def test_a_machine_of_another_tenant_or_none_is_404(aws: botocore.session.Session) -> None:
    foreign = add_machine(tenant="other")
    before = items("CLIENT")
    for client_id in (foreign.client_id, "none", "x" * 2000):
        assert rotation(Machine(client_id, ""))["statusCode"] == 404
    assert items("CLIENT") == before


@pytest.mark.parametrize("body", [{"overlap_seconds": 86_401}, {"overlap_seconds": -1}, {"overlap_seconds": "60"}, []])
def test_an_overlap_that_is_none_is_refused(aws: botocore.session.Session, body: object) -> None:
    path = {"id": add_machine().client_id}
    assert answered(rotate_client.handler, "rotate_client", body=body, path=path)["statusCode"] == 400
