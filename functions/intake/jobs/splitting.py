"""Split a file into chunks that begin and end between two rows, and find its content id and its contested keys.

A split can stop between any two blocks of the file and continue elsewhere with the same result:
1. A checkpoint holds the chunks so far, the open chunk, the last row's position, hashes and Bloom filters.
2. The content id advances by whole blocks of 1 MB, rows do not, so the two resume at different bytes:
       hashed to byte 1,048,576; last row at byte 1,048,500  → read from 1,048,500, hash from 1,048,576
3. The last row is read again, without being noted again, because its end gives the line of the next row.
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
from payerworks.settings import settings

CHUNK_ROWS = 4000
"""A chunk ends with the row that reaches this number, or the setting `chunk_bytes`: a worker's few seconds of work."""
CHUNKS_IN_TURN = 4
"""Plain chunks whose contested rows are loaded by one contested chunk."""
MAX_CONTESTED = 500_000
"""Contested keys that a worker keeps in memory, in 50 MB; beyond them, all chunks are loaded one after the other."""

Range = tuple[int, int, int]
"""Rows of a file: first byte, byte after the last, line of the first row."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """Rows of a file: their bytes (`start` to before `end`) and the line of the first row.

    contested   load only the rows with contested keys; the other chunks load only the rows without
    in_turn     load only after the previous chunk, if that one is in turn too
    """

    number: int
    start: int
    end: int
    line: int
    contested: bool = False
    in_turn: bool = False


@dataclass(frozen=True, slots=True)
class SplitChunks:
    """A file's chunks, the id of its content, and the hashes of its contested keys."""

    chunks: list[Chunk]
    content_id: str
    contested: frozenset[int]


class Splitter:
    """Splits a file. Without a layout it looks for no contested keys."""

    def __init__(self, header: Header, layout: Layout | None, checkpoint: bytes = b"") -> None:
        """Continue from a checkpoint with the same header and layout, or start from the beginning."""
        text, _, filters = checkpoint.partition(b"\n")
        state: dict[str, Any] = json.loads(text) if text else {}
        self._layout = hashlib.blake2b(repr(layout).encode(), digest_size=16).hexdigest()
        if state.get("layout") != self._layout:
            state, filters = {}, b""  # the file's mapping has changed: start again with the new one
        self._header = header
        self._content_id = ContentId(state.get("hashed", 0), bytes.fromhex(state.get("chain", "")))
        # JSON turns the tuples below into lists; nothing but unpacking and indexing is done with them.
        self._ranges: list[Range] = state.get("ranges", [])
        self._open: tuple[Range, int] | None = state.get("open")  # the unfinished chunk and its number of rows
        self._last: tuple[int, int] | None = state.get("last")  # byte and line of the last row
        self._in_turn = state.get("in_turn", False)
        self._conflicts: RowConflicts | None = None
        if layout and not self._in_turn:
            self._conflicts = RowConflicts(layout, state.get("contested", ()), filters)

    @property
    def start(self) -> int:
        """The byte to read the file from."""
        return min(self._content_id.start, self._last[0] if self._last else 0)

    def read(self, blocks: Iterable[bytes]) -> None:
        """Read the file's bytes from `start` to the end. Raises whatever `blocks` raises.

        A checkpoint covers the blocks that were consumed before; `blocks` itself may take one between two blocks.
        """
        start = self.start
        row_start, line = self._last or (self._header.end, self._header.line)
        hashed = self._hashed(blocks, self._content_id.start - start)
        file_rows = rows(_without_first(row_start - start, hashed), self._header.delimiter, row_start, line)
        if self._last:
            next(file_rows)  # noted before the checkpoint; read again only to count its lines
        for row in file_rows:
            self._add(row)

    def _add(self, row: Row) -> None:
        if self._conflicts:
            self._conflicts.note(row)
            if len(self._conflicts.contested) > MAX_CONTESTED:
                self._conflicts, self._in_turn = None, True
        (start, _, line), count = self._open or ((row.start, 0, row.line), 0)
        self._open = (start, row.end, line), count + 1
        self._last = row.start, row.line
        if row.end - start >= settings().chunk_bytes or count + 1 >= CHUNK_ROWS:
            self._ranges.append(self._open[0])
            self._open = None

    def _hashed(self, blocks: Iterable[bytes], skip: int) -> Iterator[bytes]:
        for block in blocks:
            self._content_id.add(block[skip:])
            skip = max(0, skip - len(block))
            yield block

    def checkpoint(self) -> bytes:
        """The state from which another instance can continue; of the file's content it holds only hashes."""
        state = {
            "layout": self._layout,
            "hashed": self._content_id.start,
            "chain": self._content_id.chain.hex(),
            "ranges": self._ranges,
            "open": self._open,
            "last": self._last,
            "in_turn": self._in_turn,
            "contested": list(self._conflicts.contested) if self._conflicts else [],
        }
        return b"\n".join((json.dumps(state).encode(), self._conflicts.filters if self._conflicts else b""))

    def split(self) -> SplitChunks:
        """The result, after the file was read to its end."""
        ranges = [*self._ranges, self._open[0]] if self._open else self._ranges
        chunks = [Chunk(number, *chunk_range, in_turn=self._in_turn) for number, chunk_range in enumerate(ranges)]
        contested = frozenset(self._conflicts.contested if self._conflicts else ())
        if contested:
            chunks += [
                Chunk(number, group[0][0], group[-1][1], group[0][2], contested=True, in_turn=True)
                for number, group in enumerate(parts(ranges, CHUNKS_IN_TURN), start=len(chunks))
            ]
        return SplitChunks(chunks, self._content_id.text, contested)


def first_chunks(chunks: Sequence[Chunk]) -> Iterator[Chunk]:
    """The chunks that need not wait for the previous one."""
    previous_in_turn = False
    for chunk in chunks:
        if not (chunk.in_turn and previous_in_turn):
            yield chunk
        previous_in_turn = chunk.in_turn


def _without_first(count: int, blocks: Iterable[bytes]) -> Iterator[bytes]:
    for block in blocks:
        yield block[count:]
        count = max(0, count - len(block))
