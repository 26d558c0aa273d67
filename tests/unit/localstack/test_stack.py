from types import SimpleNamespace

import psutil
import pytest

from localstack.problem import StackProblem
from localstack.stack import require_memory


def test_too_little_memory_is_reported_in_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(psutil, "virtual_memory", lambda: SimpleNamespace(available=1.5 * 1024**3))
    with pytest.raises(StackProblem) as raised:
        require_memory()
    assert str(raised.value) == "Only 1.5 GB of memory is available, but the stack needs 2 GB: close some programs."


def test_enough_memory_is_accepted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(psutil, "virtual_memory", lambda: SimpleNamespace(available=3 * 1024**3))
    assert require_memory() is None  # type: ignore[func-returns-value]
