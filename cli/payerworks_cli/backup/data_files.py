"""The data files of a table's export: one compressed object a partition, an item a line."""

import base64
import gzip
import hashlib
import io
import json
import zlib
from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel, Field

from payerworks_cli.backup.items import Item, item_from
from payerworks_cli.backup.location import Location
from payerworks_cli.backup.manifest import TableExport
from payerworks_cli.errors import BadInput


class DataFile(BaseModel):
    """A line of DynamoDB's manifest-files.json; the MD5 is that of the compressed bytes, in base64."""

    key: str = Field(validation_alias="dataFileS3Key")
    md5: str = Field(validation_alias="md5Checksum")
    items: int = Field(validation_alias="itemCount")

    @property
    def name(self) -> str:
        """Its name without folders and endings."""
        return self.key.rpartition("/")[2].partition(".")[0]


def data_files(location: Location, table: TableExport) -> list[DataFile]:
    """The data files of a table. Raises BadInput if their list is not the one of the backup."""
    listing = location.read(table.manifest_files)
    if listing is None or hashlib.sha256(listing).hexdigest() != table.manifest_files_sha:
        raise BadInput(f"{table.manifest_files} is missing or was changed: {location} is damaged.")
    files = [DataFile.model_validate_json(line) for line in listing.splitlines() if line.strip()]
    if sum(file.items for file in files) != table.items:
        raise BadInput(f"The data files of {table.name} do not have {table.items:,} items: {location} is damaged.")
    return files


def read_items(location: Location, file: DataFile) -> Iterator[Item]:
    """The items of a data file, from a stream; raises BadInput at its end if it is not as it was written."""
    body = location.client.get_object(Bucket=location.bucket, Key=location.key(file.key))["Body"]
    hashed, count = _Hashed(body), 0
    try:
        with gzip.open(io.BufferedReader(hashed, 1 << 20)) as lines:
            for line in lines:
                count += 1
                yield item_from(line)
    except (EOFError, OSError, zlib.error, json.JSONDecodeError):
        raise BadInput(f"{file.key} cannot be read: it is damaged.") from None
    if count != file.items or hashed.md5 != file.md5:
        raise BadInput(f"{file.key} is not as it was written: it is damaged.")


class _Hashed(io.RawIOBase):
    """A stream of S3 whose bytes are hashed as they are read."""

    def __init__(self, body: Any) -> None:
        self._body = body
        self._hash = hashlib.md5(usedforsecurity=False)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        read = self._body.read(len(buffer))
        self._hash.update(read)
        buffer[: len(read)] = read
        return len(read)

    @property
    def md5(self) -> str:
        return base64.b64encode(self._hash.digest()).decode()
