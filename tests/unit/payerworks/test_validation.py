import importlib
import typing
from collections.abc import Iterator

import pydantic
import pytest

from ops.description.operations import operations
from payerworks.validation import QueryModel


def numeric_parameters() -> Iterator[tuple[type[QueryModel], str]]:
    """Each parameter of a number of each operation's query."""
    for name in sorted({operation.declared["query"] for operation in operations()} - {None}):
        module, _, attribute = name.rpartition(".")
        model: type[QueryModel] = getattr(importlib.import_module(module), attribute)
        hints = typing.get_type_hints(model)
        for field, information in model.model_fields.items():
            if {int, float} & {hints[field], *typing.get_args(hints[field])}:
                yield model, information.alias or field


EVERY = list(numeric_parameters())
every_number = pytest.mark.parametrize(("model", "parameter"), EVERY, ids=[f"{m.__name__}-{p}" for m, p in EVERY])


def faults(model: type[QueryModel], parameter: str, text: str) -> list[str]:
    """What is wrong with a parameter."""
    try:
        model.model_validate({parameter: text})
    except pydantic.ValidationError as error:
        return [entry["msg"] for entry in error.errors() if entry["loc"] == (parameter,)]
    return []


def test_the_numbers_of_all_queries_are_found() -> None:
    names = {parameter for _, parameter in EVERY}
    assert {"limit", "page", "page_size", "version", "copay_lte", "annualMaximum_gt"} <= names


@every_number
def test_a_number_of_a_query_is_a_plain_decimal(model: type[QueryModel], parameter: str) -> None:
    assert faults(model, parameter, "7") == []
    for text in ("1_0", "1e1", "+1", " 1", "1 ", "1.", ".5", "0x1", "\uff11", "NaN", "inf", "", "--1", "1\n"):
        assert len(faults(model, parameter, text)) == 1, text
        assert "must be a plain decimal number" in faults(model, parameter, text)[0], text


@every_number
def test_a_number_of_a_query_has_at_most_100_characters(model: type[QueryModel], parameter: str) -> None:
    assert faults(model, parameter, "7".zfill(100)) == []
    assert "at most 100 characters" in faults(model, parameter, "7".zfill(101))[0]
