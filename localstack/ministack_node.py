"""Run MiniStack with five of its parts replaced; runs on the Python of .tools/servers.

python -m localstack.ministack_node COPIES

MiniStack unpacks a function's code and layers into a new folder for each worker that it starts. Here, only the first
worker unpacks a zip; the folder of every worker is a link to that copy. Lambda's disk is read-only, so sharing is safe.

MiniStack decodes the path of a call before it takes the path parameters out of it. API Gateway passes them on as the
client encoded them, and functions decode them: decoded twice, `X%2541` would be the plan `XA`.

MiniStack leaves the method `ANY` out when it imports a REST API. Here, it imports that too.

MiniStack reports an export of a table as completed and writes none of its files. Here, it writes those that AWS does.
It also leaves out the point-in-time recovery of tables, without which AWS exports none. Here, they have it.
"""

import copy
import hashlib
import importlib.metadata
import json
import logging
import os
import shutil
import sys
import tempfile
import threading
import time
import zipfile
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Self

from localstack.table_export import export_objects

VERSION = "1.5.33"
"""The MiniStack version that this module was written for."""
KEPT = 8
"""Number of recently used copies to keep at a start: two layers, the functions, and those of earlier deployments."""


class UnpackedOnce:
    """Replaces `zipfile.ZipFile` in `Worker._spawn`: turns a worker's folder into a link to the shared copy."""

    copies: Path
    unpacking = threading.Lock()

    def __init__(self, path: str) -> None:
        self.path = Path(path)
        self.copy = self.copies / hashlib.sha256(self.path.read_bytes()).hexdigest()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        # The emulator does not read a worker's zip again.
        self.path.unlink()

    def namelist(self) -> list[str]:
        """The names that MiniStack checks before it unpacks; empty if the shared copy exists."""
        if self.copy.exists():
            return []
        with zipfile.ZipFile(self.path) as packed:
            return packed.namelist()

    def extractall(self, folder: str) -> None:
        """Replace the empty `folder` with a link to the copy.

        The copy gets its name only after all of it is unpacked, so a copy is always complete.
        """
        with self.unpacking:
            if self.copy.exists():
                os.utime(self.copy)
            else:
                draft = tempfile.mkdtemp(dir=self.copies)
                with zipfile.ZipFile(self.path) as packed:
                    packed.extractall(draft)
                Path(draft).rename(self.copy)
        Path(folder).rmdir()
        Path(folder).symlink_to(self.copy)


def unpack_once(copies: Path) -> None:
    """Let MiniStack's workers share the zips unpacked in `copies`."""
    from ministack.core import lambda_runtime

    copies.mkdir(parents=True, exist_ok=True)
    for old in sorted(copies.iterdir(), key=lambda copy: copy.stat().st_mtime)[:-KEPT]:
        shutil.rmtree(old)
    UnpackedOnce.copies = copies
    lambda_runtime.zipfile = SimpleNamespace(**vars(zipfile) | {"ZipFile": UnpackedOnce})


def keep_paths_encoded() -> None:
    """Give MiniStack the path of a call of a REST API as the client encoded it."""
    from ministack import app as emulator

    decoding = emulator.app

    async def encoding(scope: dict[str, Any], *channels: Any) -> None:
        path = scope.get("raw_path") or b""
        if b"/_user_request_/" in path:
            scope = scope | {"path": path.decode("ascii")}
        await decoding(scope, *channels)

    emulator.app = encoding


def import_any_methods() -> None:
    """Let MiniStack import the method `ANY` of REST APIs."""
    from ministack.services import apigateway_v1

    import_path_item = apigateway_v1._import_path_item

    def import_with_any(api_id: str, path: str, methods: dict[str, Any], *others: Any) -> None:
        any_method = "x-amazon-apigateway-any-method"
        named = {"any" if name == any_method else name: operation for name, operation in methods.items()}
        import_path_item(api_id, path, named, *others)

    apigateway_v1._OPENAPI_HTTP_METHODS.add("any")
    apigateway_v1._import_path_item = import_with_any


def write_exports() -> None:
    """Let MiniStack write the files of an export of a table.

    It has no past states of its tables. So the first export as of a moment keeps the items of all tables for the others
    as of that moment: together they are as of one moment, as on AWS. A moment of more than a minute ago is refused.
    """
    from ministack.services import dynamodb, s3

    begin = dynamodb._export_table_to_point_in_time
    kept: dict[str, Any] = {}

    def begin_and_write(request: dict[str, Any]) -> Any:
        moment = float(request.get("ExportTime") or time.time())
        if kept.get("moment") != moment:
            if moment < time.time() - 60:
                return dynamodb.error_response_json(
                    "InvalidExportTimeException", "MiniStack keeps no past states.", 400
                )
            with dynamodb._lock:
                kept["tables"] = copy.deepcopy(
                    {
                        name: [item for items in table["items"].values() for item in items.values()]
                        for name, table in dynamodb._tables.items()
                    }
                )
            kept["moment"] = moment
        status, headers, body = begin(request)
        if status == 200:
            arn = json.loads(body)["ExportDescription"]["ExportArn"]
            description = dynamodb._exports[arn]
            if "ExportManifest" not in description:
                items = kept["tables"][dynamodb._table_name_from_arn(request["TableArn"])]
                description |= {"ExportTime": moment, "ExportStatus": "COMPLETED", "ItemCount": len(items)}
                description["ExportManifest"], objects = export_objects(items, request.get("S3Prefix", ""), description)
                for key, content in objects.items():
                    s3._put_object(request["S3Bucket"], key, content, {})
        return status, headers, body

    dynamodb._export_table_to_point_in_time = begin_and_write


def recover_tables() -> None:
    """Let MiniStack give a table the point-in-time recovery that its template says; without, none can be exported."""
    from ministack.services import dynamodb
    from ministack.services.cloudformation import provisioners

    create = provisioners._RESOURCE_HANDLERS["AWS::DynamoDB::Table"]["create"]

    def create_with_recovery(logical_id: str, properties: dict[str, Any], *others: Any) -> Any:
        created = create(logical_id, properties, *others)
        if recovery := properties.get("PointInTimeRecoverySpecification"):
            request = {"TableName": created[0], "PointInTimeRecoverySpecification": recovery}
            dynamodb._update_continuous_backups(request)
        return created

    provisioners._RESOURCE_HANDLERS["AWS::DynamoDB::Table"]["create"] = create_with_recovery


def run(copies: Path) -> None:
    # Workers inherit the environment and must not import modules of the project.
    os.environ.pop("PYTHONPATH", None)
    from ministack.app import main

    installed = importlib.metadata.version("ministack")
    if installed == VERSION:
        unpack_once(copies)
        import_any_methods()
        write_exports()
        recover_tables()
        keep_paths_encoded()
    else:
        logging.getLogger(__name__).warning(
            "MiniStack is %s: localstack/ministack_node.py replaces parts only of %s.", installed, VERSION
        )
    del sys.argv[1:]  # MiniStack would read them as its own options
    main()


if __name__ == "__main__":
    run(Path(sys.argv[1]))
