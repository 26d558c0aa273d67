"""The objects that an export of a DynamoDB table consists of, as AWS documents them.

Source: Amazon DynamoDB Developer Guide, "DynamoDB table export output format". MiniStack and moto export no manifests.
"""

import base64
import gzip
import hashlib
import json
import secrets
from collections.abc import Mapping, Sequence
from typing import Any

PARTITIONS = 3
"""Data files of an export; AWS writes one for each partition, empty ones too."""


def export_objects(
    items: Sequence[Mapping[str, Any]], prefix: str, description: Mapping[str, Any]
) -> tuple[str, dict[str, bytes]]:
    """The key of the summary without the prefix, and the content of each object by its whole key.

    `items` are as an export has them, binary values in base64; `description` is that of DescribeExport.
    """
    folder = f"AWSDynamoDB/{description['ExportArn'].rpartition('/')[2]}"
    root = f"{prefix}/{folder}" if prefix else folder
    objects: dict[str, bytes] = {f"{root}/_started": b""}
    listed = []
    for number in range(PARTITIONS):
        part = items[number::PARTITIONS]
        lines = "".join(json.dumps({"Item": item}) + "\n" for item in part)
        content = gzip.compress(lines.encode(), mtime=0)
        md5 = hashlib.md5(content, usedforsecurity=False)
        key = f"{root}/data/{secrets.token_hex(13)}.json.gz"
        objects[key] = content
        line = {"itemCount": len(part), "md5Checksum": base64.b64encode(md5.digest()).decode()}
        listed.append(line | {"etag": md5.hexdigest(), "dataFileS3Key": key})
    files_key = f"{root}/manifest-files.json"
    objects[files_key] = "".join(json.dumps(line) + "\n" for line in listed).encode()
    summary = {
        "version": "2020-06-30",
        "exportArn": description["ExportArn"],
        "tableArn": description["TableArn"],
        "exportTime": description["ExportTime"],
        "s3Bucket": description["S3Bucket"],
        "s3Prefix": prefix,
        "manifestFilesS3Key": files_key,
        "billedSizeBytes": sum(len(json.dumps(item)) for item in items),
        "itemCount": len(items),
        "outputFormat": "DYNAMODB_JSON",
        "exportType": "FULL_EXPORT",
    }
    objects[f"{root}/manifest-summary.json"] = json.dumps(summary).encode()
    return f"{folder}/manifest-summary.json", objects
