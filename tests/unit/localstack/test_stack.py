from pathlib import Path
from types import SimpleNamespace

import psutil
import pytest

from localstack import layout, report
from localstack.problem import StackProblem
from localstack.stack import Stack, require_memory


def test_too_little_memory_is_reported_in_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(psutil, "virtual_memory", lambda: SimpleNamespace(available=1.5 * 1024**3))
    with pytest.raises(StackProblem) as raised:
        require_memory()
    assert str(raised.value) == "Only 1.5 GB of memory is available, but the stack needs 2 GB: close some programs."


def test_enough_memory_is_accepted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(psutil, "virtual_memory", lambda: SimpleNamespace(available=3 * 1024**3))
    assert require_memory() is None  # type: ignore[func-returns-value]


def test_a_stopped_stack_has_no_logs_to_show_and_is_deleted_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(layout, "ROOT", tmp_path)
    monkeypatch.setattr(layout, "TOOLS", tmp_path)
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    said: list[str] = []
    stack = Stack("b", said.append)
    stack.layout.folder.mkdir()
    (stack.layout.folder / "outputs.json").write_text('{"api_url": "http://127.0.0.1:9"}')
    (stack.layout.folder / "ports.json").write_text('{"aws": 9}')
    with pytest.raises(StackProblem, match="The stack is not running: `make STACK=b up` starts it"):
        report.print_logs(stack, "", 15)
    stack.clean()
    stack.clean()
    assert said == ["Deleted .local-b/.", "There is no .local-b/ to delete."]
