import botocore.session

from auth import delete_client
from tests.unit.auth.conftest import answered, context_of, items
from tests.unit.auth.machines import add_machine, token_answer, token_of


def test_a_deleted_machine_has_neither_secret_nor_tokens(aws: botocore.session.Session) -> None:
    machine, other = add_machine(), add_machine()
    token, others = token_of(machine), token_of(other)
    path = {"id": machine.client_id}
    assert answered(delete_client.handler, "delete_client", path=path)["statusCode"] == 204
    assert context_of(token) is None
    assert token_answer(machine)["statusCode"] == 401
    assert context_of(others) is not None
    assert answered(delete_client.handler, "delete_client", path=path)["statusCode"] == 404


def test_a_machine_of_another_tenant_is_404(aws: botocore.session.Session) -> None:
    path = {"id": add_machine(tenant="other").client_id}
    assert answered(delete_client.handler, "delete_client", path=path)["statusCode"] == 404
    assert len(items("CLIENT")) == 1
