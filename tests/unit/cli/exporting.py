"""What moto lacks of a stack that is backed up or restored: files of exports, mappings and schedules; and failures."""

import base64
from collections.abc import Callable
from typing import Any

import botocore.client
import pytest
from botocore.exceptions import ClientError
from moto.dynamodb.models.table_export import TableExport
from moto.s3.models import S3Backend

from localstack.table_export import export_objects
from tests.unit.cli.service import Service

MAPPINGS = {"feed-plans": "PlansTable", "feed-claims": "ClaimsTable", "other": "OtherTable"}
RULES = {"rule-OnPaymentsOverdue": "ENABLED", "rule-OnSweepDue": "DISABLED"}

_call = botocore.client.BaseClient._make_api_call


def write_exports(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have moto's exports consist of the files that AWS documents."""

    def write(export: TableExport, backend: S3Backend) -> None:
        items = [_plain(item.to_json()["Attributes"]) for item in export.table.all_items()]
        description = described(export) | {"ExportTime": 0}
        export.manifest, objects = export_objects(items, export.s3_prefix, description)  # type: ignore[attr-defined]
        export.item_count = len(items)
        for key, content in objects.items():
            backend.put_object(export.s3_bucket, key, content)
        export.status = "COMPLETED"

    described = TableExport.response

    def response(export: TableExport) -> dict[str, Any]:
        return described(export) | {"ExportManifest": getattr(export, "manifest", None)}

    monkeypatch.setattr(TableExport, "_backup_to_s3_file", write)
    monkeypatch.setattr(TableExport, "response", response)
    # A thread for each would not see the same AWS.
    monkeypatch.setattr(TableExport, "start", TableExport.run)


def _plain(value: Any) -> Any:
    """Attributes as an export has them."""
    if isinstance(value, dict):
        return {name: _plain(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_plain(each) for each in value]
    return base64.b64encode(value).decode() if isinstance(value, bytes) else value


class Consumers:
    """The mappings and schedules of a stack, and a hook on every call of AWS that the command makes."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, service: Service) -> None:
        self.service = service
        self.mappings = dict.fromkeys(MAPPINGS, "Enabled")
        self.rules = dict(RULES)
        self.before: Callable[[str, dict[str, Any]], None] = lambda *_: None
        """Called with the name and the arguments of each call of AWS; what it raises comes instead of an answer."""

        def answer(caller: botocore.client.BaseClient, operation: str, arguments: dict[str, Any]) -> Any:
            self.before(operation, arguments)
            own = getattr(self, f"_{operation}", None)
            return own(**arguments) if own else _call(caller, operation, arguments)

        monkeypatch.setattr(botocore.client.BaseClient, "_make_api_call", answer)

    @property
    def is_paused(self) -> bool:
        return self.mappings["feed-claims"] == "Disabled" and "ENABLED" not in self.rules.values()

    def _ListEventSourceMappings(self, **_: Any) -> Any:  # noqa: N802 — the operation's name
        stream = "arn:aws:dynamodb:us-east-1:123456789012:table/{}/stream/2026-11-30"
        return {
            "EventSourceMappings": [
                {"UUID": name, "EventSourceArn": stream.format(MAPPINGS[name]), "State": state}
                for name, state in self.mappings.items()
            ]
        }

    def _GetEventSourceMapping(self, UUID: str) -> Any:  # noqa: N802, N803
        state = self.mappings[UUID]
        # It takes a moment, as on AWS.
        self.mappings[UUID] = {"Disabling": "Disabled", "Enabling": "Enabled"}.get(state, state)
        return {"State": state}

    def _UpdateEventSourceMapping(self, UUID: str, Enabled: bool) -> Any:  # noqa: N802, N803
        if self.mappings[UUID].endswith("ing"):
            raise ClientError({"Error": {"Code": "ResourceInUseException"}}, "UpdateEventSourceMapping")
        self.mappings[UUID] = "Enabling" if Enabled else "Disabling"
        # The feed works whenever the command sleeps (service.py).
        self.service.rounds = 1_000_000 if Enabled else 0

    def _GetFunctionConfiguration(self, FunctionName: str) -> Any:  # noqa: N802, N803
        return {"FunctionArn": f"arn:{FunctionName}"}

    def _ListRuleNamesByTarget(self, TargetArn: str) -> Any:  # noqa: N802, N803
        return {"RuleNames": [rule for rule in self.rules if rule == f"rule-{TargetArn.removeprefix('arn:')}"]}

    def _DescribeRule(self, Name: str) -> Any:  # noqa: N802, N803
        return {"State": self.rules[Name]}

    def _DisableRule(self, Name: str) -> None:  # noqa: N802, N803
        self.rules[Name] = "DISABLED"

    def _EnableRule(self, Name: str) -> None:  # noqa: N802, N803
        self.rules[Name] = "ENABLED"
