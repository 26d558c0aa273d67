"""MiniStack's workers share one unpacked copy of a zip, and paths stay encoded; tested on its own Python."""

import io
import json
import os
import subprocess
import zipfile
from pathlib import Path
from typing import Any

import pytest

from localstack import build, ministack_node
from localstack.layout import ROOT, TOOLS

CONFIG = {
    "FunctionName": "answer",
    "FunctionArn": "arn:aws:lambda:us-east-1:000000000000:function:answer",
    "Runtime": build.RUNTIME,
    "Handler": "answer.handler",
    "Layers": ["layer"],
}
PROGRAM = """
import json, pathlib, sys, tempfile
from ministack.core import lambda_runtime
from ministack.services import lambda_svc
from localstack.ministack_node import unpack_once

config, codes, layer, copies = json.loads(sys.argv[1])
lambda_svc._resolve_layer_zip = lambda _: open(layer, "rb").read()
copies = pathlib.Path(copies)
unpack_once(copies)
workers = [lambda_runtime.Worker("answer", config, open(code, "rb").read()) for code in codes]
answers = [worker.invoke({}, "request") for worker in workers]
for worker in workers[:-1]:
    worker.kill()
last = workers[-1]
last._proc.kill()
last._proc.wait()
again = last.invoke({}, "request")
last.kill()
result = {
    "answers": [answer.get("result") or answer.get("error") for answer in answers],
    "again": again.get("result") or again.get("error"),
    "copies": sorted(path.name for path in copies.iterdir()),
    "left": sorted(path.name for path in pathlib.Path(tempfile.gettempdir()).glob("ministack-lambda-*")),
}
print(json.dumps(result))
"""


PATHS = """
import asyncio
from ministack import app as emulator
from localstack.ministack_node import keep_paths_encoded

async def show(scope, receive, send):
    print(scope["path"])

assert callable(emulator.app)
emulator.app = show
keep_paths_encoded()
for path in (b"/restapis/a/dev/_user_request_/v1/plan/X%2541", b"/bucket/X%2541"):
    asyncio.run(emulator.app({"type": "http", "path": "decoded", "raw_path": path}, None, None))
asyncio.run(emulator.app({"type": "lifespan", "path": "none"}, None, None))
"""


def packed(**files: str) -> bytes:
    """A zip, the same bytes at any time."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as folder:
        for name, text in files.items():
            folder.writestr(zipfile.ZipInfo(name.replace("__", "/") + ".py"), text)
    return content.getvalue()


def code(word: str) -> bytes:
    """A function that answers with one word from its code and one from its layer."""
    body = f"import said\ndef handler(event, context):\n    return ['{word}', said.WORD]\n"
    return packed(answer=body)


def run_workers(folder: Path, codes: list[bytes], layer: bytes) -> dict[str, Any]:
    """Start a worker for each code, delete the folders of all but the last, and start the last one again."""
    paths = [folder / f"{number}.zip" for number in range(len(codes))]
    for path, content in zip([*paths, folder / "layer.zip"], [*codes, layer], strict=True):
        path.write_bytes(content)
    arguments = json.dumps([CONFIG, [str(path) for path in paths], str(folder / "layer.zip"), str(folder / "unpacked")])
    temporary = folder / "tmp"
    temporary.mkdir(exist_ok=True)
    result: dict[str, Any] = json.loads(printed(PROGRAM, arguments, TMPDIR=str(temporary))[-1])
    return result


def printed(program: str, *arguments: str, **environment: str) -> list[str]:
    """The lines that a program prints on MiniStack's Python."""
    done = subprocess.run(
        [TOOLS / "servers/bin/python", "-c", program, *arguments],
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)} | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


LAYER = packed(python__said="WORD = 'layer'\n")


def test_two_workers_share_one_copy_which_outlives_the_first(tmp_path: Path) -> None:
    one = code("one")  # packed once: a zip says when it was packed
    result = run_workers(tmp_path, [one, one], LAYER)
    assert result["answers"] == [["one", "layer"], ["one", "layer"]]
    assert len(result["copies"]) == 2
    assert result["again"] == ["one", "layer"]
    assert result["left"] == []


def test_changed_content_is_unpacked_again(tmp_path: Path) -> None:
    result = run_workers(tmp_path, [code("one"), code("two")], LAYER)
    assert result["answers"] == [["one", "layer"], ["two", "layer"]]
    assert len(result["copies"]) == 3


def test_a_restarted_emulator_uses_the_existing_copies(tmp_path: Path) -> None:
    one = code("one")
    first = run_workers(tmp_path, [one], LAYER)
    inodes = {path.name: path.stat().st_ino for path in (tmp_path / "unpacked").iterdir()}
    for number in range(ministack_node.KEPT):
        old = tmp_path / "unpacked" / f"killed-{number}"
        old.mkdir()
        os.utime(old, (number, number))
    again = run_workers(tmp_path, [one], LAYER)
    assert first["answers"] == again["answers"] == [["one", "layer"]]
    assert {name: (tmp_path / "unpacked" / name).stat().st_ino for name in inodes} == inodes
    assert len(again["copies"]) == ministack_node.KEPT


def test_a_layer_that_escapes_its_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match=r"Zip entry escapes target dir: \.\./escaped\.py"):
        run_workers(tmp_path, [code("one")], packed(**{"..__escaped": "", "python__said": ""}))


def test_the_path_of_a_call_of_the_api_stays_as_the_client_encoded_it() -> None:
    assert printed(PATHS) == ["/restapis/a/dev/_user_request_/v1/plan/X%2541", "decoded", "none"]


def test_the_version_it_was_written_for_is_the_pinned_one() -> None:
    pins = (ROOT / "requirements/servers.txt").read_text()
    assert f"\nministack=={ministack_node.VERSION} " in pins


REST_API = """
import json
from ministack.services import apigateway_v1
from localstack.ministack_node import import_any_methods

import_any_methods()
operation = {"x-amazon-apigateway-integration": {"type": "aws_proxy", "httpMethod": "POST", "uri": "uri"}}
paths = {"/": {"x-amazon-apigateway-any-method": operation}, "/plans/{id}": {"get": operation}}
paths["/{proxy+}"] = {"options": operation, "x-amazon-apigateway-any-method": operation}
api = apigateway_v1._import_rest_api({"paths": paths})
resources = apigateway_v1._resources[api].values()
print(json.dumps({resource["path"]: sorted(resource.get("resourceMethods", {})) for resource in resources}))
"""


def test_any_methods_of_rest_apis_are_imported() -> None:
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)}
    python = TOOLS / "servers/bin/python"
    done = subprocess.run([python, "-c", REST_API], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout.splitlines()[-1]) == {
        "/": ["ANY"],
        "/plans": [],
        "/plans/{id}": ["GET"],
        "/{proxy+}": ["ANY", "OPTIONS"],
    }
