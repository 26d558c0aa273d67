"""Keep the functions of a running stack up to date with the files that one edits, without a deployment."""

import io
import time
import zipfile
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import grimp
import watchfiles

from localstack import aws, build
from localstack.endpoints import Endpoint
from localstack.files import read_json, write_json
from localstack.layout import ROOT, Layout, logical_id

FUNCTIONS, COMMON = ROOT / "functions", ROOT / "layers/common"
SERVICES = [path.name for path in FUNCTIONS.iterdir() if (path / "__init__.py").exists()]
WATCHED = (FUNCTIONS, ROOT / "layers", ROOT / "template.yaml")
AT_ONCE = 4
"""Functions to update at the same time."""


class Watch:
    """Updates the functions that a changed file reaches; what only a deployment can do, a deployment does."""

    def __init__(
        self, layout: Layout, endpoint: Endpoint, deploy: Callable[[], object], say: Callable[[str], None]
    ) -> None:
        self._layout, self._deploy, self._say = layout, deploy, say
        self._client = aws.client("lambda", endpoint.url, max_pool_connections=AT_ONCE)

    def run(self) -> None:
        """Watch until Ctrl-C."""
        self._say("Watching functions/, layers/ and template.yaml; end with Ctrl-C.")
        for changes in watchfiles.watch(*WATCHED, raise_interrupt=True):
            self.changed({Path(path) for _, path in changes})

    def changed(self, paths: set[Path]) -> None:
        """Bring what runs up to date with files that have changed."""
        began = time.monotonic()
        if not all(in_functions(path) or in_common(path) for path in paths):
            self._deploy()
            return
        if faults := _faults(paths):
            self._say(faults)
            return
        operations = reached_operations(paths)
        code, layer = any(map(in_functions, paths)), any(map(in_common, paths))
        update(self._layout, self._client, operations, code=code, layer=layer)
        names = ", ".join(sorted(operations)[:3]) + (f" and {len(operations) - 3} more" if len(operations) > 3 else "")
        self._say(f"  updated    in {time.monotonic() - began:4.1f} s  {names or 'nothing: no function uses this'}")


def bring_back(layout: Layout, endpoint: Endpoint) -> bool:
    """Give the functions that a watch has updated the present code: CloudFormation does not know that they differ.

    Returns False if there are none.
    """
    watched = read_json(_record(layout))
    if watched:
        client = aws.client("lambda", endpoint.url, max_pool_connections=AT_ONCE)
        update(layout, client, set(watched["operations"]), code=True, layer=watched["layer"])
        _record(layout).unlink()
    return bool(watched)


def _record(layout: Layout) -> Path:
    return layout.folder / "watched.json"


def in_functions(path: Path) -> bool:
    return path.suffix == ".py" and path.is_relative_to(FUNCTIONS)


def in_common(path: Path) -> bool:
    return path.suffix == ".py" and path.is_relative_to(COMMON)


def reached_operations(paths: Iterable[Path]) -> set[str]:
    """The operations, such as `plans.create_plan`, that import these files, directly or not, or are in them."""
    graph = grimp.build_graph(*SERVICES, "payerworks", cache_dir=None)
    changed = {module_of(path) for path in paths} & graph.modules
    reached = changed.union(*(graph.find_downstream_modules(module) for module in changed))
    return {name for name in reached if name.count(".") == 1 and not name.startswith("payerworks.")} & _handlers()


def module_of(path: Path) -> str:
    """functions/plans/create_plan.py → plans.create_plan."""
    parts = path.relative_to(FUNCTIONS if path.is_relative_to(FUNCTIONS) else COMMON).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def update(layout: Layout, client: Any, operations: set[str], *, code: bool, layer: bool) -> None:
    """Give functions the code of the tree, a new version of the common layer, or both."""
    known = read_json(_record(layout)) or {"operations": [], "layer": False}
    updated = {"operations": sorted(operations.union(known["operations"])), "layer": layer or known["layer"]}
    write_json(_record(layout), updated)
    deployed = read_json(layout.folder / "outputs.json")["functions"]
    names = [deployed[logical_id(operation.partition(".")[2])] for operation in operations]
    packed_code = packed(FUNCTIONS) if code else b""
    arn = _publish(client, names[0]) if layer and names else ""

    def renew(name: str) -> None:
        if code:
            client.update_function_code(FunctionName=name, ZipFile=packed_code)
            client.get_waiter("function_updated_v2").wait(FunctionName=name)
        if arn:
            layers = [used["Arn"] for used in client.get_function_configuration(FunctionName=name)["Layers"]]
            layers = [arn if _name_of(used) == _name_of(arn) else used for used in layers]
            client.update_function_configuration(FunctionName=name, Layers=layers)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(renew, names))


def packed(folder: Path, prefix: str = "") -> bytes:
    """A zip of a folder's files."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for path in sorted(folder.rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                archive.write(path, prefix + str(path.relative_to(folder)))
    return content.getvalue()


def _publish(client: Any, function: str) -> str:
    """The ARN of a new version of the common layer, which a function's layers name."""
    used = client.get_function_configuration(FunctionName=function)["Layers"]
    name = next(_name_of(layer["Arn"]) for layer in used if "CommonLayer" in layer["Arn"])
    version = client.publish_layer_version(
        LayerName=name, Content={"ZipFile": packed(COMMON, "python/")}, CompatibleRuntimes=[build.RUNTIME]
    )
    arn: str = version["LayerVersionArn"]
    return arn


def _name_of(arn: str) -> str:
    """The name in the ARN of a layer's version."""
    return arn.split(":")[6]


def _handlers() -> set[str]:
    return {f"{service}.{path.stem}" for service in SERVICES for path in (FUNCTIONS / service).glob("[a-z]*.py")}


def _faults(paths: Iterable[Path]) -> str:
    """What Python says of files that it cannot compile, such as one that is half written; empty if there is none."""
    faults = []
    for path in paths:
        try:
            compile(path.read_bytes(), path, "exec", dont_inherit=True)
        except FileNotFoundError:
            continue
        except (SyntaxError, ValueError) as fault:
            faults.append(f"{path.relative_to(ROOT)}: {fault}")
    return "\n".join(faults)
