from plans import get_indexed_plan
from tests.unit.conftest import Call


def test_without_search_there_is_503(call: Call) -> None:
    answer = call(get_indexed_plan.handler, "plans/get_indexed_plan")
    assert (answer["statusCode"], answer["json"]["title"]) == (503, "Unavailable")
