from typing import Any

import pytest

from plans import find_indexed_objects
from tests.unit.conftest import Call


def test_without_search_there_is_503(call: Call) -> None:
    assert call(find_indexed_objects.handler, "plans/find_indexed_objects")["statusCode"] == 503


@pytest.mark.parametrize(
    ("query", "pointer"), [({"id": ""}, "/id"), ({"parent_type": "child"}, "/parent_type"), ({"limit": "0"}, "/limit")]
)
def test_a_query_that_is_not_valid_is_400(call: Call, query: dict[str, Any], pointer: str) -> None:
    answer = call(find_indexed_objects.handler, "plans/find_indexed_objects", query=query)
    assert answer["statusCode"] == 400
    assert [error["pointer"] for error in answer["json"]["errors"]] == [pointer]
