"""What a gzip file holds (RFC 1952), a megabyte at a time, within bounds that no bomb passes."""

import zlib
from collections.abc import Iterable, Iterator

from intake.files.unreadable import UnreadableFile

MAGIC = b"\x1f\x8b"
BLOCK = 1024 * 1024
MAX_BYTES = 4 * 1024**3
MAX_RATIO = 200
"""CSV is packed to a tenth or a thirtieth; deflate itself can pack zeros to a thousandth."""


def unpacked(packed: Iterable[bytes]) -> Iterator[bytes]:
    """The bytes in a gzip file of one or several members.

    Raises UnreadableFile for one that is damaged, or holds more than 4 GB or 200 times its own size.
    """
    taken = given = 0
    member = _member()
    for block in packed:
        taken += len(block)
        rest: bytes | None = block
        while rest is not None:
            if member.eof:
                member = _member()
            data, rest = _decompressed(member, rest)
            given += len(data)
            if given > MAX_BYTES or given > MAX_RATIO * taken + BLOCK:
                raise UnreadableFile("The gzip file holds far more than a CSV file of its size would.")
            yield data
    if not member.eof:
        raise UnreadableFile("The gzip file is not whole.")


def _member() -> "zlib._Decompress":
    return zlib.decompressobj(zlib.MAX_WBITS | 16)


def _decompressed(member: "zlib._Decompress", packed: bytes) -> tuple[bytes, bytes | None]:
    """Up to a megabyte, and what to go on with; None where that takes the file's next block."""
    try:
        data = member.decompress(packed, BLOCK)
    except zlib.error:
        raise UnreadableFile("The gzip file is damaged.") from None
    if member.eof:
        return data, member.unused_data or None
    return data, member.unconsumed_tail if member.unconsumed_tail or len(data) == BLOCK else None
