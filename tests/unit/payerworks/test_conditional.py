from collections.abc import Callable

import pytest

from payerworks.conditional import check_preconditions, not_modified
from payerworks.errors import PreconditionFailed, PreconditionRequired
from payerworks.http import Request
from tests.unit.conftest import api_event


def with_headers(**headers: str) -> Request:
    return Request(api_event("plans/patch_plan", headers={name.replace("_", "-"): headers[name] for name in headers}))


@pytest.mark.parametrize("header", ["*", " * ", '"1"', 'W/"1"', '"0", "1"', '"0",W/"1"'])
def test_if_none_match_that_names_the_resource_is_304_of_a_read_and_412_of_a_write(header: str) -> None:
    request = with_headers(If_None_Match=header)
    answer = not_modified(request, '"1"')
    assert answer is not None
    assert answer.status == 304
    with pytest.raises(PreconditionFailed) as failed:
        check_preconditions(request, '"1"')
    assert failed.value.headers == {"ETag": '"1"'}
    if header.strip() == "*":
        check_preconditions(request, None)


@pytest.mark.parametrize("header", ['"2"', 'W/"2", "3"', "", '"1'])
def test_if_none_match_that_names_another_version_lets_pass(header: str) -> None:
    request = with_headers(If_None_Match=header)
    assert not_modified(request, '"1"') is None
    check_preconditions(request, '"1"')


@pytest.mark.parametrize("header", ['"2"', 'W/"1"', "", "1"])
def test_if_match_must_name_the_version_and_not_weakly(header: str) -> None:
    with pytest.raises(PreconditionFailed):
        check_preconditions(with_headers(If_Match=header), '"1"')


@pytest.mark.parametrize("header", ["*", '"1"', '"0", "1"'])
def test_if_match_of_the_version_lets_pass_unless_the_resource_is_absent(header: str) -> None:
    check_preconditions(with_headers(If_Match=header), '"1"')
    with pytest.raises(PreconditionFailed):
        check_preconditions(with_headers(If_Match=header), None)


def test_both_must_hold() -> None:
    with pytest.raises(PreconditionFailed):
        check_preconditions(with_headers(If_Match='"1"', If_None_Match="*"), '"1"')


def test_a_stack_may_require_if_match(environment: Callable[..., None]) -> None:
    environment(REQUIRE_IF_MATCH="true")
    with pytest.raises(PreconditionRequired):
        check_preconditions(with_headers(If_None_Match='"2"'), '"1"')
    with pytest.raises(PreconditionFailed):
        check_preconditions(with_headers(If_None_Match="*"), '"1"')
    check_preconditions(with_headers(), None)
