"""Exports of tables by DynamoDB: the moment, the start, the wait, and what each has made."""

import datetime
import hashlib
import json
import time
from collections.abc import Callable, Mapping
from typing import Any

from payerworks_cli.backup.location import Location
from payerworks_cli.backup.manifest import TableExport
from payerworks_cli.errors import BadInput, JobFailed

POLL_SECONDS = 5.0
_FIRST_POLL_SECONDS = 1.0

Show = Callable[[Mapping[str, str]], None]
"""Shows the state of each table's export."""


def latest_moment(client: Any, tables: Mapping[str, str]) -> datetime.datetime:
    """The latest moment, in whole seconds, to which all tables can be read back.

    AWS keeps it some minutes behind the clock, and each table has its own. Raises BadInput for a table without
    point-in-time recovery.
    """
    latest: list[datetime.datetime] = []
    for service, name in tables.items():
        backups = client.describe_continuous_backups(TableName=name)["ContinuousBackupsDescription"]
        recovery = backups.get("PointInTimeRecoveryDescription", {})
        if recovery.get("PointInTimeRecoveryStatus") != "ENABLED":
            raise BadInput(f"The table {service} has no point-in-time recovery: deploy the current template first.")
        latest.append(recovery["LatestRestorableDateTime"])
    return min(latest).astimezone(datetime.UTC).replace(microsecond=0)


def begin_export(
    client: Any, name: str, moment: datetime.datetime, location: Location, token: str, kms_key: str | None
) -> str:
    """Start the export of a table as of a moment; its ARN. The same token again names the same export, for 8 hours."""
    encryption = {"S3SseAlgorithm": "KMS", "S3SseKmsKeyId": kms_key} if kms_key else {"S3SseAlgorithm": "AES256"}
    export = client.export_table_to_point_in_time(
        TableArn=client.describe_table(TableName=name)["Table"]["TableArn"],
        ExportTime=moment,
        ExportFormat="DYNAMODB_JSON",
        S3Bucket=location.bucket,
        S3Prefix=location.prefix,
        ClientToken=token,
        **encryption,
    )
    arn: str = export["ExportDescription"]["ExportArn"]
    return arn


def wait_for_exports(client: Any, arns: Mapping[str, str], show: Show) -> dict[str, dict[str, Any]]:
    """The description of each export once all have ended. Raises JobFailed if one fails."""
    ended: dict[str, dict[str, Any]] = {}
    pause = _FIRST_POLL_SECONDS
    while True:
        for service in arns.keys() - ended.keys():
            description = client.describe_export(ExportArn=arns[service])["ExportDescription"]
            status = description["ExportStatus"]
            if status == "FAILED":
                why = description.get("FailureMessage") or description.get("FailureCode") or "without a reason"
                raise JobFailed(f"The export of the table {service} has failed: {why}.")
            if status == "COMPLETED":
                ended[service] = description
        show({service: "completed" if service in ended else "in progress" for service in arns})
        if len(ended) == len(arns):
            return ended
        time.sleep(pause)
        pause = POLL_SECONDS


def table_export(client: Any, name: str, description: Mapping[str, Any], location: Location) -> TableExport:
    """A table and the files of its export. Raises BadInput if they are not what the export says."""
    table = client.describe_table(TableName=name)["Table"]
    ttl = client.describe_time_to_live(TableName=name)["TimeToLiveDescription"]
    roles = {key["KeyType"]: key["AttributeName"] for key in table["KeySchema"]}
    summary = json.loads(_read(location, description["ExportManifest"]))
    files = _read(location, summary["manifestFilesS3Key"])
    return TableExport(
        name=name,
        arn=table["TableArn"],
        keys=tuple(roles[role] for role in ("HASH", "RANGE") if role in roles),
        ttl=ttl.get("AttributeName") if ttl["TimeToLiveStatus"] in ("ENABLED", "ENABLING") else None,
        export_arn=description["ExportArn"],
        manifest_files=summary["manifestFilesS3Key"],
        manifest_files_sha=hashlib.sha256(files).hexdigest(),
        items=summary["itemCount"],
        size=summary["billedSizeBytes"],
    )


def _read(location: Location, key: str) -> bytes:
    content = location.read(key)
    if content is None:
        raise BadInput(f"The export has not written {key} to {location}.")
    return content
