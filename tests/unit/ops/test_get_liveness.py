from collections.abc import Callable

from ops import get_liveness
from tests.unit.conftest import Call


def test_it_is_alive_whatever_else_is_down(call: Call, environment: Callable[..., None]) -> None:
    environment(REQUESTS_TABLE="NoSuchTable", REDIS_URL="redis://127.0.0.1:1")
    answer = call(get_liveness.handler, "ops/get_liveness")
    assert (answer["statusCode"], answer["json"]) == (200, {"status": "up"})
