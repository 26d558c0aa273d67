from typing import Any

import pytest

from plans import find_indexed_objects
from tests.unit.conftest import Call
from tests.unit.fake_opensearch import FakeOpenSearch


def test_while_search_is_down_there_is_503(call: Call, opensearch: FakeOpenSearch) -> None:
    opensearch.down = True
    assert call(find_indexed_objects.handler, "plans/find_indexed_objects")["statusCode"] == 503


@pytest.mark.parametrize(("object_id", "status"), [("none", 404), (".", 400), ("..", 400), ("a%2Fb", 400)])
def test_an_id_that_no_object_can_have_is_400(
    call: Call, opensearch: FakeOpenSearch, object_id: str, status: int
) -> None:
    answer = call(find_indexed_objects.handler, "plans/find_indexed_objects", query={"id": object_id})
    assert answer["statusCode"] == status


@pytest.mark.parametrize(
    ("query", "pointer"), [({"id": ""}, "/id"), ({"parent_type": "child"}, "/parent_type"), ({"limit": "0"}, "/limit")]
)
def test_a_query_that_is_not_valid_is_400(call: Call, query: dict[str, Any], pointer: str) -> None:
    answer = call(find_indexed_objects.handler, "plans/find_indexed_objects", query=query)
    assert answer["statusCode"] == 400
    assert [error["pointer"] for error in answer["json"]["errors"]] == [pointer]
