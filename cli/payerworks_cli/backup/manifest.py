"""What a backup consists of. Its manifest is written last: a prefix without one holds no backup."""

from pydantic import AwareDatetime, BaseModel, ConfigDict, ValidationError

from payerworks_cli.backup.location import Location
from payerworks_cli.errors import BadInput

BEGUN, MANIFEST = "begun.json", "manifest.json"


class TableExport(BaseModel):
    """A table and its export.

    keys                the names of its key attributes, the partition's first
    ttl                 the attribute with the time of an item's end; None if its items have none
    manifest_files      the key of DynamoDB's list of data files, which has the MD5 of each
    manifest_files_sha  the SHA-256 of that list
    size                billed bytes
    """

    model_config = ConfigDict(frozen=True)

    name: str
    arn: str
    keys: tuple[str, ...]
    ttl: str | None
    export_arn: str
    manifest_files: str
    manifest_files_sha: str
    items: int
    size: int


class FileCopies(BaseModel):
    """The copied files of a bucket; `listing` is the key of their list: key, size and ETag, a line each."""

    bucket: str
    listing: str
    listing_sha: str
    count: int
    size: int


class Begun(BaseModel):
    """What a backup has fixed before its first export, so that it can be continued: the moment of all its tables."""

    id: str
    moment: AwareDatetime
    tables: dict[str, str]


class Manifest(BaseModel):
    """A whole backup; tables by the names of their services, files by the names of their buckets."""

    format: int = 1
    id: str
    api_url: str
    moment: AwareDatetime
    finished: AwareDatetime
    tables: dict[str, TableExport]
    files: dict[str, FileCopies]

    @property
    def items(self) -> int:
        return sum(table.items for table in self.tables.values())


def read_manifest(location: Location) -> Manifest:
    """The manifest of a backup. Raises BadInput if there is none."""
    content = location.read(MANIFEST)
    if content is None:
        unfinished = location.read(BEGUN) is not None
        why = "its backup did not finish: the same `backup` again finishes it" if unfinished else "it holds no backup"
        raise BadInput(f"{location} has no {MANIFEST}: {why}.")
    try:
        return Manifest.model_validate_json(content)
    except ValidationError:
        raise BadInput(f"{location} has a {MANIFEST} that is not one of this command.") from None
