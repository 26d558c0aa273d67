import pytest

from plans import get_indexed_plan
from tests.unit.conftest import Call
from tests.unit.fake_opensearch import FakeOpenSearch


def test_while_search_is_down_there_is_503(call: Call, opensearch: FakeOpenSearch) -> None:
    opensearch.down = True
    answer = call(get_indexed_plan.handler, "plans/get_indexed_plan")
    assert (answer["statusCode"], answer["json"]["title"]) == (503, "Unavailable")


@pytest.mark.parametrize(("in_path", "status"), [("none", 404), ("..", 400), ("X%2541", 400)])
def test_an_id_that_no_plan_can_have_is_400(call: Call, opensearch: FakeOpenSearch, in_path: str, status: int) -> None:
    answer = call(get_indexed_plan.handler, "plans/get_indexed_plan", path={"id": in_path})
    assert answer["statusCode"] == status
