import io
import zipfile
from pathlib import Path
from typing import Any

import pytest

from localstack import aws, watch
from localstack.endpoints import Endpoint
from localstack.files import read_json, write_json
from localstack.layout import Layout
from localstack.watch import COMMON, FUNCTIONS, Watch

EMULATOR = Endpoint("http://localhost:4566", external=False)


class Lambda:
    """The calls of Lambda that a watch makes; each function uses two layers."""

    def __init__(self) -> None:
        self.code: dict[str, bytes] = {}
        self.layers = {"f-create": ["arn:aws:lambda:us-east-1:0:layer:Dependencies1:1", _arn(1)]}
        self.published: list[bytes] = []

    def update_function_code(self, FunctionName: str, ZipFile: bytes) -> dict[str, Any]:  # noqa: N803
        self.code[FunctionName] = ZipFile
        return self.get_function_configuration(FunctionName)

    def get_function_configuration(self, FunctionName: str) -> dict[str, Any]:  # noqa: N803
        return {"Layers": [{"Arn": arn} for arn in self.layers.get(FunctionName, [_arn(1)])]}

    def update_function_configuration(self, FunctionName: str, Layers: list[str]) -> None:  # noqa: N803
        self.layers[FunctionName] = Layers

    def publish_layer_version(self, Content: dict[str, bytes], **_: object) -> dict[str, str]:  # noqa: N803
        self.published.append(Content["ZipFile"])
        return {"LayerVersionArn": _arn(1 + len(self.published))}

    def get_waiter(self, _: str) -> "Lambda":
        return self

    def wait(self, **_: object) -> None:
        pass


def _arn(version: int) -> str:
    return f"arn:aws:lambda:us-east-1:0:layer:CommonLayer5f:{version}"


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> Lambda:
    service = Lambda()
    monkeypatch.setattr(aws, "client", lambda *_, **__: service)
    return service


@pytest.fixture
def layout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Layout:
    monkeypatch.setattr(Layout, "folder", tmp_path)
    functions = {"CreatePlan": "f-create", "ReplacePlan": "f-replace", "PatchPlan": "f-patch", "DeletePlan": "f-delete"}
    write_json(tmp_path / "outputs.json", {"functions": functions})
    return Layout()


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def watching(layout: Layout, service: Lambda, said: list[str]) -> Watch:
    return Watch(layout, EMULATOR, lambda: said.append("deployed"), said.append)


def test_a_changed_file_reaches_the_operations_that_import_it() -> None:
    writers = {"plans.create_plan", "plans.replace_plan", "plans.patch_plan", "plans.delete_plan"}
    assert watch.reached_operations([FUNCTIONS / "plans/changes/commit.py"]) == writers
    assert watch.reached_operations([FUNCTIONS / "plans/create_plan.py"]) == {"plans.create_plan"}
    assert len(watch.reached_operations([COMMON / "payerworks/dynamodb.py"])) > 100


def test_only_these_operations_get_the_code_of_the_tree(watching: Watch, service: Lambda, said: list[str]) -> None:
    watching.changed({FUNCTIONS / "plans/changes/commit.py"})
    assert set(service.code) == {"f-create", "f-replace", "f-patch", "f-delete"}
    with zipfile.ZipFile(io.BytesIO(service.code["f-create"])) as packed:
        assert packed.read("plans/create_plan.py") == (FUNCTIONS / "plans/create_plan.py").read_bytes()
        assert not [name for name in packed.namelist() if "__pycache__" in name]
    assert not service.published
    assert said[-1].endswith("plans.create_plan, plans.delete_plan, plans.patch_plan and 1 more")


def test_a_change_of_the_common_code_is_a_new_version_of_its_layer(
    watching: Watch, service: Lambda, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watch, "reached_operations", lambda _: {"plans.create_plan"})
    watching.changed({COMMON / "payerworks/json_text.py"})
    assert service.layers["f-create"] == ["arn:aws:lambda:us-east-1:0:layer:Dependencies1:1", _arn(2)]
    with zipfile.ZipFile(io.BytesIO(service.published[0])) as packed:
        assert "python/payerworks/json_text.py" in packed.namelist()


def test_what_a_watch_cannot_do_is_deployed(watching: Watch, service: Lambda, said: list[str]) -> None:
    watching.changed({FUNCTIONS.parent / "template.yaml", FUNCTIONS / "plans/create_plan.py"})
    assert said == ["deployed"]
    assert not service.code


def test_a_file_that_is_half_written_changes_nothing(
    watching: Watch, service: Lambda, said: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watch, "ROOT", tmp_path)
    monkeypatch.setattr(watch, "FUNCTIONS", tmp_path)
    half = tmp_path / "create_plan.py"
    half.write_text("def handler(\n")
    watching.changed({half})
    assert said[0].startswith("create_plan.py: ")
    assert "was never closed" in said[0]
    assert not service.code


def test_the_next_deployment_brings_watched_functions_back(watching: Watch, layout: Layout, service: Lambda) -> None:
    watching.changed({FUNCTIONS / "plans/create_plan.py"})
    assert read_json(layout.folder / "watched.json") == {"operations": ["plans.create_plan"], "layer": False}
    service.code.clear()
    assert watch.bring_back(layout, EMULATOR)
    assert set(service.code) == {"f-create"}
    assert not watch.bring_back(layout, EMULATOR)
