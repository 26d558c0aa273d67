"""A file split into chunks that begin and end between two rows, and what is known only of the whole.

A split can be left between any two blocks of its file and gone on with elsewhere: it comes to the same.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from intake.files.columns import Header, Layout
from intake.files.content_id import ContentId
from intake.files.csv_rows import Row, rows
from intake.jobs.row_conflicts import RowConflicts
from payerworks.parts import parts

CHUNK_BYTES = 256 * 1024
CHUNK_ROWS = 4000
"""A chunk ends with the row that makes it this long: some seconds of a worker, and a few megabytes of its memory."""
CHUNKS_IN_TURN = 4
"""Chunks whose contested rows are loaded together."""
MOST_CONTESTED = 500_000
"""Contested keys that a worker keeps in mind, in 50 MB; with more, all rows are loaded after each other."""

Range = tuple[int, int, int]
"""Rows of a file: their bytes (from, to before) and the first one's line."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """Rows of a file: their bytes (`start` to before `end`) and the first one's line.

    contested   only contested rows are loaded; in the other chunks of a file that has such, only the others
    in_turn     loaded only after the chunk before it, where that is in turn too
    """

    number: int
    start: int
    end: int
    line: int
    contested: bool = False
    in_turn: bool = False


@dataclass(frozen=True, slots=True)
class SplitChunks:
    """A file's chunks, the identity of its content, and the hashes of the keys on which it disagrees with itself."""

    chunks: list[Chunk]
    content_id: str
    contested: frozenset[int]


class Splitter:
    """Splits a file; without a layout no row contests another."""

    def __init__(self, header: Header, layout: Layout | None, checkpoint: bytes = b"") -> None:
        """Begin, or go on from the checkpoint of another that had the same header; with another layout begin too."""
        text, _, filters = checkpoint.partition(b"\n")
        known: dict[str, Any] = json.loads(text) if text else {}
        self._layout = hashlib.blake2b(repr(layout).encode(), digest_size=16).hexdigest()
        if known.get("layout") != self._layout:
            known, filters = {}, b""  # the file's mapping was changed since: from the beginning, by the new one
        self._header = header
        self._content_id = ContentId(known.get("hashed", 0), bytes.fromhex(known.get("chain", "")))
        self._ranges: list[Range] = [(start, end, line) for start, end, line in known.get("ranges", ())]
        self._open: tuple[Range, int] | None = None  # with the number of its rows
        if known.get("open"):
            (start, end, line), count = known["open"]
            self._open = (start, end, line), count
        self._last: tuple[int, int] | None = None  # byte and line of the last row that was taken
        if known.get("last"):
            start, line = known["last"]
            self._last = start, line
        self._in_turn = known.get("in_turn", False)
        self._contests: RowConflicts | None = None
        if layout and not self._in_turn:
            self._contests = RowConflicts(layout, known.get("contested", ()), filters)

    @property
    def start(self) -> int:
        """The byte to read the file from."""
        return min(self._content_id.start, self._last[0] if self._last else 0)

    def read(self, blocks: Iterable[bytes]) -> None:
        """Take in the file's bytes from `start` to the end.

        Where `blocks` raises, so does this; a checkpoint, also one that `blocks` asks for, is of what was given before.
        """
        begun = self.start
        place, line = self._last or (self._header.end, self._header.line)
        hashed = self._hashed(blocks, self._content_id.start - begun)
        found = rows(_after(place - begun, hashed), self._header.delimiter, place, line)
        if self._last:
            next(found)  # the row is read again to count its lines
        for row in found:
            self._take(row)

    def _take(self, row: Row) -> None:
        if self._contests:
            self._contests.note(row)
            if len(self._contests.contested) > MOST_CONTESTED:
                self._contests, self._in_turn = None, True
        (start, _, line), count = self._open or ((row.start, 0, row.line), 0)
        self._open = (start, row.end, line), count + 1
        self._last = row.start, row.line
        if row.end - start >= CHUNK_BYTES or count + 1 >= CHUNK_ROWS:
            self._ranges.append(self._open[0])
            self._open = None

    def _hashed(self, blocks: Iterable[bytes], known: int) -> Iterator[bytes]:
        for block in blocks:
            self._content_id.add(block[known:])
            known = max(0, known - len(block))
            yield block

    def checkpoint(self) -> bytes:
        """What another needs to go on; it holds nothing of the file but hashes."""
        known = {
            "layout": self._layout,
            "hashed": self._content_id.start,
            "chain": self._content_id.chain.hex(),
            "ranges": self._ranges,
            "open": self._open,
            "last": self._last,
            "in_turn": self._in_turn,
            "contested": list(self._contests.contested) if self._contests else [],
        }
        return b"\n".join((json.dumps(known).encode(), self._contests.filters if self._contests else b""))

    def split(self) -> SplitChunks:
        """The split of a file that was read to its end."""
        ranges = [*self._ranges, self._open[0]] if self._open else self._ranges
        chunks = [Chunk(number, *found, in_turn=self._in_turn) for number, found in enumerate(ranges)]
        contested = frozenset(self._contests.contested if self._contests else ())
        if contested:
            chunks += [
                Chunk(number, group[0][0], group[-1][1], group[0][2], contested=True, in_turn=True)
                for number, group in enumerate(parts(ranges, CHUNKS_IN_TURN), start=len(chunks))
            ]
        return SplitChunks(chunks, self._content_id.text, contested)


def first_chunks(chunks: Sequence[Chunk]) -> Iterator[Chunk]:
    """The chunks that need not wait for another."""
    waits = False
    for chunk in chunks:
        if not (chunk.in_turn and waits):
            yield chunk
        waits = chunk.in_turn


def _after(count: int, blocks: Iterable[bytes]) -> Iterator[bytes]:
    for block in blocks:
        yield block[count:]
        count = max(0, count - len(block))
