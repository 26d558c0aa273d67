"""Split a file into chunks that begin and end between two rows, and find its content id and its contested keys.

1. The content id is a hash of what the rows say, parsed: a file that was saved again, with other line ends, quotes or
   columns in another order, has the same one.
2. A split can stop between any two blocks of the file and continue elsewhere with the same result: a checkpoint holds
   the chunks so far, the open chunk, the last row's position, the hash and the Bloom filters.
3. The last row is read again, without being noted again, because its end gives the line of the next row.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from intake.files.columns import Header, Layout
from intake.files.patient_rows import BadRow
from intake.files.unreadable import UnreadableFile
from intake.jobs.kinds import FileKind
from intake.jobs.row_conflicts import RowConflicts
from payerworks.csv_rows import Row, rows
from payerworks.parts import parts
from payerworks.settings import settings

CHUNK_ROWS = 4000
"""A chunk ends with the row that reaches this number, or the setting `chunk_bytes`: a worker's few seconds of work."""
CHUNKS_IN_TURN = 4
"""Plain chunks whose contested rows are loaded by one contested chunk."""
MAX_CONTESTED = 500_000
"""Contested keys that a worker keeps in memory, in 50 MB."""

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
    """Splits a file of a kind."""

    def __init__(self, header: Header, kind: FileKind[Any], layout: Layout, checkpoint: bytes = b"") -> None:
        """Continue from a checkpoint with the same header and layout, or start from the beginning."""
        text, _, filters = checkpoint.partition(b"\n")
        state: dict[str, Any] = json.loads(text) if text else {}
        self._layout_id = hashlib.blake2b(repr(layout).encode(), digest_size=16).hexdigest()
        if state.get("layout") != self._layout_id:
            state, filters = {}, b""  # the file's mapping has changed: start again with the new one
        self._header, self._kind, self._layout = header, kind, layout
        self._content = bytes.fromhex(state.get("content", ""))
        # JSON turns the tuples below into lists; nothing but unpacking and indexing is done with them.
        self._ranges: list[Range] = state.get("ranges", [])
        self._open: tuple[Range, int] | None = state.get("open")  # the unfinished chunk and its number of rows
        self._last: tuple[int, int] | None = state.get("last")  # byte and line of the last row
        self._in_turn = state.get("in_turn", False)
        self._conflicts = None if self._in_turn else RowConflicts(state.get("contested", ()), filters)

    @property
    def start(self) -> int:
        """The byte to read the file from."""
        return self._last[0] if self._last else self._header.end

    def read(self, blocks: Iterable[bytes]) -> None:
        """Read the file's bytes from `start` to the end. Raises UnreadableFile and whatever `blocks` raises.

        A checkpoint covers the blocks that were consumed before; `blocks` itself may take one between two blocks.
        """
        start, line = self._last or (self._header.end, self._header.line)
        file_rows = rows(blocks, self._header.delimiter, start, line)
        if self._last:
            next(file_rows)  # noted before the checkpoint; read again only to count its lines
        for row in file_rows:
            self._add(row)

    def _add(self, row: Row) -> None:
        checked = self._kind.read(row, self._layout)
        if checked is not None:
            content = "\0".join(row.cells) if isinstance(checked, BadRow) else self._kind.content_of(checked)
            self._content = hashlib.blake2b(self._content + content.encode(), digest_size=16).digest()
            if not isinstance(checked, BadRow):
                self._note_keys(checked)
        (start, _, line), count = self._open or ((row.start, 0, row.line), 0)
        self._open = (start, row.end, line), count + 1
        self._last = row.start, row.line
        if row.end - start >= settings().chunk_bytes or count + 1 >= CHUNK_ROWS:
            self._ranges.append(self._open[0])
            self._open = None

    def _note_keys(self, checked: Any) -> None:
        if self._conflicts:
            self._conflicts.note(self._kind.keys_of(checked))
            if len(self._conflicts.contested) > MAX_CONTESTED:
                if self._kind.counts_equal_rows:
                    raise UnreadableFile(f"More than {MAX_CONTESTED:,} rows are repeated; put them into smaller files.")
                self._conflicts, self._in_turn = None, True

    def checkpoint(self) -> bytes:
        """The state from which another instance can continue; of the file's content it holds only hashes."""
        state = {
            "layout": self._layout_id,
            "content": self._content.hex(),
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
        return SplitChunks(chunks, self._content.hex(), contested)


def first_chunks(chunks: Sequence[Chunk]) -> Iterator[Chunk]:
    """The chunks that need not wait for the previous one."""
    previous_in_turn = False
    for chunk in chunks:
        if not (chunk.in_turn and previous_in_turn):
            yield chunk
        previous_in_turn = chunk.in_turn
