"""Where a backup is: a prefix of a bucket, by its address s3://bucket/prefix."""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from payerworks_cli.aws import aws_client
from payerworks_cli.errors import BadOption
from payerworks_cli.stack_outputs import Stack

_ADDRESS = re.compile(r"s3://([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])/([^/].*?)/*")
_MISSING = {"NoSuchKey", "404"}


@dataclass(frozen=True)
class Location:
    """A prefix of a bucket, and the client that reaches it; keys are relative to the prefix."""

    bucket: str
    prefix: str
    client: Any

    def __str__(self) -> str:
        return f"s3://{self.bucket}/{self.prefix}"

    def key(self, name: str) -> str:
        """The key of a name below the prefix. DynamoDB writes some keys with the prefix of its export, some without."""
        return f"{self.prefix}/{name.removeprefix(f'{self.prefix}/')}"

    def read(self, name: str) -> bytes | None:
        """The content of a small object; None if there is none."""
        from botocore.exceptions import ClientError

        try:
            content: bytes = self.client.get_object(Bucket=self.bucket, Key=self.key(name))["Body"].read()
        except ClientError as error:
            if error.response["Error"]["Code"] in _MISSING:
                return None
            raise
        return content

    def write(self, name: str, content: bytes) -> str:
        """Write a small object; its SHA-256. It is encrypted as the bucket says."""
        self.client.put_object(Bucket=self.bucket, Key=self.key(name), Body=content)
        return hashlib.sha256(content).hexdigest()

    def names(self, under: str) -> Iterator[str]:
        """The names of all objects below a part of the prefix."""
        pages = self.client.get_paginator("list_objects_v2").paginate(Bucket=self.bucket, Prefix=self.key(under))
        for page in pages:
            for entry in page.get("Contents", []):
                yield entry["Key"].removeprefix(f"{self.prefix}/")


def locate(address: str, stack: Stack) -> Location:
    """The location with an address, reached with the stack's credentials. Raises BadOption."""
    match = _ADDRESS.fullmatch(address)
    if match is None:
        raise BadOption(f"{address} is no place for a backup: it looks like s3://bucket/prefix.")
    # Managed copies of large files call S3 from ten threads.
    return Location(match[1], match[2], aws_client(stack, "s3", max_pool_connections=16, read_timeout=120))
