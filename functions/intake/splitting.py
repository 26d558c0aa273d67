"""A file split into chunks that begin and end between two rows, and what is known only of the whole."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from intake.columns import Header, Layout
from intake.content_id import ContentId
from intake.contests import Contests
from intake.csv_rows import Row, rows

CHUNK_BYTES = 256 * 1024
"""A chunk ends with the first row that makes it this long: about 2,000 rows, some seconds of a worker."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """Rows of a file: their bytes (`start` to before `end`) and the first one's line.

    In the chunk of the contested rows only these are loaded, and in the others only the others.
    """

    number: int
    start: int
    end: int
    line: int
    contested: bool = False


@dataclass(frozen=True, slots=True)
class Split:
    """A file's chunks, the identity of its content, and the hashes of the keys on which it disagrees with itself."""

    chunks: list[Chunk]
    content_id: str
    contested: frozenset[int]


def split(blocks: Iterable[bytes], header: Header, layout: Layout | None) -> Split:
    """Split a file, given from its first byte on; contested rows are a chunk of their own, the last.

    Without a layout no row contests another.
    """
    content_id, contests = ContentId(), Contests(layout) if layout else None
    chunks: list[Chunk] = []
    first: Row | None = None
    for row in rows(_after(header.end, _noted(blocks, content_id)), header.delimiter, header.end, header.line):
        first = first or row
        if contests:
            contests.note(row)
        if row.end - first.start >= CHUNK_BYTES:
            chunks.append(Chunk(len(chunks), first.start, row.end, first.line))
            first = None
    if first is not None:
        chunks.append(Chunk(len(chunks), first.start, row.end, first.line))
    contested = frozenset(contests.contested if contests else ())
    if contested:
        chunks.append(Chunk(len(chunks), chunks[0].start, chunks[-1].end, chunks[0].line, contested=True))
    return Split(chunks, content_id.text, contested)


def _noted(blocks: Iterable[bytes], content_id: ContentId) -> Iterator[bytes]:
    for block in blocks:
        content_id.add(block)
        yield block


def _after(count: int, blocks: Iterable[bytes]) -> Iterator[bytes]:
    for block in blocks:
        yield block[count:]
        count = max(0, count - len(block))
