"""Files of the stack's buckets: copied by S3 itself into the backup, as of its moment, and from there into a new stack.

Copied are the ledger's files, and the lists of rejects and duplicates, which users download from their jobs. Uploaded
files are not: putting them into a new stack's bucket would start their jobs again. Nor are working files of jobs.
"""

import datetime
import hashlib
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple

from payerworks_cli.backup.location import Location
from payerworks_cli.backup.manifest import FileCopies
from payerworks_cli.errors import BadInput
from payerworks_cli.stack_outputs import Stack

COPIED = {"audit": ("",), "intake": ("rejects/", "duplicates/")}
"""The prefixes that are copied of each bucket."""
COPIES_AT_ONCE = 8


class StoredFile(NamedTuple):
    """A version of a file."""

    key: str
    size: int
    etag: str
    version: str


def bucket_of(stack: Stack, name: str) -> str:
    """The stack's bucket with a name in COPIED; empty if outputs.json does not name it."""
    return stack.audit_bucket if name == "audit" else stack.intake_bucket


def copy_out(location: Location, name: str, bucket: str, moment: datetime.datetime) -> FileCopies:
    """Copy the files of a bucket as they were at a moment into the backup, and list them there."""
    files = [file for prefix in COPIED[name] for file in files_as_of(location.client, bucket, prefix, moment)]

    def copy(file: StoredFile) -> None:
        source = {"Bucket": bucket, "Key": file.key, "VersionId": file.version}
        location.client.copy(source, location.bucket, location.key(f"files/{name}/{file.key}"))

    with ThreadPoolExecutor(COPIES_AT_ONCE) as pool:
        list(pool.map(copy, files))
    rows = [json.dumps({"key": file.key, "size": file.size, "etag": file.etag}) for file in files]
    listing = f"files/{name}.jsonl"
    sha = location.write(listing, "".join(f"{row}\n" for row in rows).encode())
    return FileCopies(
        bucket=bucket, listing=listing, listing_sha=sha, count=len(files), size=sum(file.size for file in files)
    )


def copy_in(location: Location, name: str, copies: FileCopies, bucket: str) -> None:
    """Copy a backup's files into the bucket of a new stack. Raises BadInput if they are not those of the backup."""
    listing = location.read(copies.listing)
    if listing is None or hashlib.sha256(listing).hexdigest() != copies.listing_sha:
        raise BadInput(f"{copies.listing} is missing or was changed: {location} is damaged.")

    def copy(row: bytes) -> None:
        file = json.loads(row)
        source = {"Bucket": location.bucket, "Key": location.key(f"files/{name}/{file['key']}")}
        # The ETag of an encrypted copy is another one; its size is the same.
        if location.client.head_object(**source)["ContentLength"] != file["size"]:
            raise BadInput(f"A copied file of {name} is not as it was written: {location} is damaged.")
        location.client.copy(source, bucket, file["key"])

    with ThreadPoolExecutor(COPIES_AT_ONCE) as pool:
        list(pool.map(copy, listing.splitlines()))


def files_as_of(client: Any, bucket: str, prefix: str, moment: datetime.datetime) -> Iterator[StoredFile]:
    """The files of a versioned bucket as they were at a moment, those deleted by then left out."""
    latest: dict[str, tuple[datetime.datetime, StoredFile | None]] = {}
    pages = client.get_paginator("list_object_versions").paginate(Bucket=bucket, Prefix=prefix)
    for page in pages:
        deleted = [(each, None) for each in page.get("DeleteMarkers", [])]
        for each, file in [(each, _file(each)) for each in page.get("Versions", [])] + deleted:
            at = each["LastModified"]
            # Versions come newest first, so of two in one second the first is the later one.
            if at <= moment and (each["Key"] not in latest or latest[each["Key"]][0] < at):
                latest[each["Key"]] = (at, file)
    for _, file in latest.values():
        if file is not None:
            yield file


def _file(version: dict[str, Any]) -> StoredFile:
    return StoredFile(version["Key"], version["Size"], version["ETag"].strip('"'), version["VersionId"])
