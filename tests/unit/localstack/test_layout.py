"""A stack's name decides on its folder and on what it is called."""

import pytest

from localstack.layout import Layout
from localstack.problem import StackProblem


def test_the_default_stack_lives_in_dot_local() -> None:
    assert (Layout().folder.name, Layout().cloudformation_stack, Layout().make) == (".local", "payerworks", "make")


def test_a_named_stack_shares_nothing_with_the_default_one() -> None:
    named = Layout("test")
    assert (named.folder.name, named.cloudformation_stack) == (".local-test", "payerworks-test")
    assert named.make == "make STACK=test"
    assert named.lock != Layout().lock


@pytest.mark.parametrize("name", ["Test", "../x", "a b", "-a", "a" * 21])
def test_a_name_that_is_no_folder_or_stack_is_refused(name: str) -> None:
    with pytest.raises(StackProblem, match="is no stack name"):
        Layout(name)
