"""A stack's name determines its folder, its CloudFormation stack and its make command."""

import pytest

from localstack.layout import Layout
from localstack.problem import StackProblem


def test_the_default_stack_is_in_dot_local() -> None:
    assert (Layout().folder.name, Layout().cloudformation_stack, Layout().make) == (".local", "payerworks", "make")


def test_a_named_stack_shares_nothing_with_the_default_one() -> None:
    named = Layout("test")
    assert (named.folder.name, named.cloudformation_stack) == (".local-test", "payerworks-test")
    assert named.make == "make STACK=test"
    assert named.lock != Layout().lock


@pytest.mark.parametrize("name", ["Test", "../x", "a b", "-a", "a" * 21])
def test_an_invalid_stack_name_is_rejected(name: str) -> None:
    with pytest.raises(StackProblem, match="is not a stack name"):
        Layout(name)
