"""No secret is in the text of a model, which a traceback or a log line may show."""

import importlib
import re
from collections.abc import Iterator

import pytest
from pydantic import BaseModel

from tests.unit.conftest import ROOT

SECRET = re.compile(r"(^|_)(password|token|secret|otp|code|codes)$")


def models() -> Iterator[type[BaseModel]]:
    for file in sorted((ROOT / "functions/auth").rglob("models.py")):
        name = ".".join(file.relative_to(ROOT / "functions").with_suffix("").parts)
        for member in vars(importlib.import_module(name)).values():
            if isinstance(member, type) and issubclass(member, BaseModel) and member.__module__ == name:
                yield member


FIELDS = [(model, name) for model in models() for name in model.model_fields if SECRET.search(name)]


def test_there_are_secrets() -> None:
    assert len(FIELDS) > 10


@pytest.mark.parametrize(("model", "name"), FIELDS, ids=lambda each: each if isinstance(each, str) else each.__name__)
def test_a_secret_is_not_in_the_text_of_its_model(model: type[BaseModel], name: str) -> None:
    assert not model.model_fields[name].repr
