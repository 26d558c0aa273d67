"""The files of the ledger in their bucket: what S3's object lock keeps as it was written.

    {tenant}/{day}/{number}.jsonl    up to 49 links that were appended together, from the one with this number on; a
                                     line each: the hash, a blank, and the text

A file may be put again, with the same content: that makes another version of it. The bucket's default retention keeps
all of them (AuditLockMode and AuditLockYears in template.yaml).
"""

from collections.abc import Iterator, Sequence

from audit.chain.links import Link, digest
from payerworks.aws import client
from payerworks.settings import settings

_HASH = 64


def write_segment(tenant: str, day: str, links: Sequence[Link]) -> None:
    """Put the file of links that were appended together."""
    body = "".join(f"{link.hash} {link.text}\n" for link in links)
    key = f"{_folder(tenant, day)}{links[0].number:09}.jsonl"
    client("s3").put_object(
        Bucket=settings().audit_bucket, Key=key, Body=body.encode(), ContentType="application/jsonl"
    )


def list_segments(tenant: str, day: str, after: str, count: int) -> list[str]:
    """The keys of up to `count` files of a day, in their order; `after` is the key before the first."""
    listing = client("s3").list_objects_v2(
        Bucket=settings().audit_bucket, Prefix=_folder(tenant, day), StartAfter=after, MaxKeys=count
    )
    return [entry["Key"] for entry in listing.get("Contents", ())]


def read_segment(key: str) -> list[Link]:
    """The links of a file as it is now, in the order of its lines, each with the number that it says it has.

    A line that was changed has the number after that of the line before it.
    """
    body: bytes = client("s3").get_object(Bucket=settings().audit_bucket, Key=key)["Body"].read()
    number = int(key.rpartition("/")[2].removesuffix(".jsonl"))
    links = []
    for line in body.decode(errors="surrogateescape").removesuffix("\n").split("\n"):
        link = Link(number, line[:_HASH], line[_HASH + 1 :])
        if digest(link.text) == link.hash and (entry := link.entry):
            link = link._replace(number=int(entry["number"]))
        links.append(link)
        number = link.number + 1
    return links


def list_days(tenant: str) -> Iterator[str]:
    """The days that have files, in their order."""
    pages = client("s3").get_paginator("list_objects_v2")
    for page in pages.paginate(Bucket=settings().audit_bucket, Prefix=f"{tenant}/", Delimiter="/"):
        for entry in page.get("CommonPrefixes", ()):
            yield entry["Prefix"].split("/")[1]


def _folder(tenant: str, day: str) -> str:
    return f"{tenant}/{day}/"
