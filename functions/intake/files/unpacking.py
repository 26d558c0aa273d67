"""Unpack a gzip file (RFC 1952), a megabyte at a time, within limits that stop a decompression bomb."""

import zlib
from collections.abc import Iterable, Iterator

from intake.files.unreadable import UnreadableFile

MAGIC = b"\x1f\x8b"
BLOCK = 1024 * 1024
MAX_BYTES = 4 * 1024**3
MAX_RATIO = 200
"""CSV shrinks to a tenth or a thirtieth; deflate can shrink zeros to a thousandth."""


def unpacked(packed: Iterable[bytes]) -> Iterator[bytes]:
    """The content of a gzip file of one or several members; zeros after a member are padding, as for `gzip`.

    Raises UnreadableFile if the file is damaged, or its content exceeds 4 GB or 200 times the file's size.
    """
    packed_bytes = unpacked_bytes = 0
    member = _member()
    for block in packed:
        packed_bytes += len(block)
        rest: bytes | None = block
        while rest is not None:
            if member.eof:
                rest = rest.lstrip(b"\0")
                if not rest:
                    break
                member = _member()
            data, rest = _decompressed(member, rest)
            unpacked_bytes += len(data)
            if unpacked_bytes > MAX_BYTES or unpacked_bytes > MAX_RATIO * packed_bytes + BLOCK:
                raise UnreadableFile("The gzip file contains far more data than a CSV file of its size would.")
            yield data
    if not member.eof:
        raise UnreadableFile("The gzip file is incomplete.")


def _member() -> "zlib._Decompress":
    return zlib.decompressobj(zlib.MAX_WBITS | 16)


def _decompressed(member: "zlib._Decompress", packed: bytes) -> tuple[bytes, bytes | None]:
    """Up to a megabyte of content, and the packed rest to continue with; None if the file's next block is needed."""
    try:
        data = member.decompress(packed, BLOCK)
    except zlib.error:
        raise UnreadableFile("The gzip file is damaged.") from None
    if member.eof:
        return data, member.unused_data or None
    return data, member.unconsumed_tail if member.unconsumed_tail or len(data) == BLOCK else None
