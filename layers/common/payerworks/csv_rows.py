"""A CSV tokenizer: bytes in, rows out, each with its line and its bytes in the file.

1. It reads RFC 4180 in UTF-8 with any delimiter of one byte. Lines end in LF, CRLF or CR, mixed too.
2. A record that breaks the quoting rules, or has a quote unclosed after 64 KB, ends with its first line; reading
   continues at the next line, so one stray quote costs one row:
       a,"b        → row 1, with the fault UNCLOSED
       c,d         → row 2
3. Whether a record is whole depends only on its own bytes and those after it. So a range of the file that begins and
   ends between two records gives the same rows as the whole file does.
"""

import itertools
from collections.abc import Iterable, Iterator
from typing import NamedTuple

MAX_CELL = 64 * 1024
"""Bytes of a quoted cell; a longer one counts as unclosed."""
MAX_RECORD = 1024 * 1024
"""Bytes of a record; a longer one is not kept in memory."""

_NONE = 1 << 62
"""A position after every other."""

UNCLOSED = "a quote is not closed"
QUOTING = "text follows a closing quote"
TOO_LONG = "the line is longer than 1 MB"
NOT_UTF8 = "the line is not UTF-8"
NUL = "the line contains a NUL character"


class Row(NamedTuple):
    """A record: its first line (from 1), its bytes in the file (`start` to before `end`), and its cells.

    `fault` is the reason why it cannot be read; its cells are then a best effort.
    """

    line: int
    start: int
    end: int
    cells: list[str]
    fault: str | None = None


def rows(blocks: Iterable[bytes], delimiter: str, start: int = 0, line: int = 1) -> Iterator[Row]:
    """The rows of a range of a file that begins at byte `start` and line `line`; an empty line is a row of one cell."""
    for record, size, fault in _records(blocks, delimiter.encode()):
        position = line, start, start + size
        yield _row(record, delimiter, position, fault) if record else Row(*position, [], fault)
        start += size
        line += line_ends(record) if b'"' in record else 1


def line_ends(content: bytes) -> int:
    """The number of line ends: LF, CR or CRLF."""
    return content.count(b"\n") + content.count(b"\r") - content.count(b"\r\n")


class _NeedsMore(Exception):
    """The buffer ends before the record's end is certain."""


class _LineEnds:
    """Finds the ends of lines in a buffer. Asked in rising order, it looks at each byte once for each kind of end."""

    __slots__ = ("_buffer", "_cr", "_cr_from", "_is_last", "_lf", "_lf_from", "_size")

    def __init__(self, buffer: bytes, is_last: bool) -> None:
        self._buffer, self._size, self._is_last = buffer, len(buffer), is_last
        # The first LF at or after `_lf_from`, the first CR at or after `_cr_from`.
        self._lf_from = self._cr_from = 0
        self._lf, self._cr = self._find(b"\n", 0), self._find(b"\r", 0)

    def _find(self, line_end: bytes, start: int) -> int:
        found = self._buffer.find(line_end, start)
        return found if found >= 0 else _NONE

    def after(self, start: int, limit: int) -> int | None:
        """The end of the line that begins at `start`; None if it is after `limit`. Raises _NeedsMore."""
        if not self._lf_from <= start <= self._lf:
            self._lf_from, self._lf = start, self._find(b"\n", start)
        if not self._cr_from <= start <= self._cr:
            self._cr_from, self._cr = start, self._find(b"\r", start)
        end = self._lf + 1 if self._lf <= self._cr + 1 else self._cr + 1
        if end < self._size or (end == self._size and (self._is_last or end == self._lf + 1)):
            return end if end <= limit else None
        if end > self._size >= limit:
            return None
        if self._is_last:
            return self._size
        raise _NeedsMore  # also after a CR: an LF may follow it


def _records(blocks: Iterable[bytes], separator: bytes) -> Iterator[tuple[bytes, int, str | None]]:
    """Each record's bytes, their number, and its fault; the bytes of an overlong line are dropped."""
    buffer, start, dropped = b"", 0, 0
    for block, is_last in itertools.chain(((block, False) for block in blocks), ((b"", True),)):
        buffer, start = buffer[start:] + block, 0
        lines = _LineEnds(buffer, is_last)
        while start < len(buffer):
            try:
                if dropped:
                    end, fault = lines.after(start, _NONE), None
                else:
                    end, fault = _record_end(buffer, start, separator, lines, is_last)
            except _NeedsMore:
                if dropped:
                    end = len(buffer) - buffer.endswith(b"\r")
                    dropped, start = dropped + end - start, end
                break
            if end is None:
                dropped = MAX_RECORD
                start += MAX_RECORD
                continue
            if dropped:
                yield b"", dropped + end - start, TOO_LONG
                dropped = 0
            else:
                yield buffer[start:end], end - start, fault
            start = end
    if dropped:
        yield b"", dropped, TOO_LONG


def _record_end(
    buffer: bytes, start: int, separator: bytes, lines: _LineEnds, is_last: bool
) -> tuple[int | None, str | None]:
    """The end of the record that begins at `start`, and its fault; None for an overlong line.

    A broken record ends with its first line, and its fault concerns that line alone: the lines after it may be in
    another range of the file. Raises _NeedsMore.
    """
    limit = start + MAX_RECORD
    line_end = lines.after(start, limit)
    if line_end is None or buffer.find(b'"', start, line_end) < 0:
        return line_end, None
    cell = start
    while True:
        if buffer.startswith(b'"', cell):
            closing = _closing_quote(buffer, cell, min(cell + 1 + MAX_CELL, limit), is_last)
            if closing is None:
                return line_end, UNCLOSED
            delimiter = closing + 1
            end = _end_after_quote(buffer, delimiter, is_last)
            if end is None and not buffer.startswith(separator, delimiter):
                return line_end, QUOTING if delimiter < line_end else UNCLOSED
        else:
            cell_line_end = lines.after(cell, limit)
            if cell_line_end is None:
                return line_end, UNCLOSED
            delimiter = buffer.find(separator, cell, cell_line_end)
            end = cell_line_end if delimiter < 0 else None
        if end is not None:
            return end, None
        cell = delimiter + 1


def _end_after_quote(buffer: bytes, start: int, is_last: bool) -> int | None:
    """The end of the record if it ends at `start`, just after a closing quote; None if it continues."""
    if not is_last and start + 1 >= len(buffer):
        raise _NeedsMore
    following = buffer[start : start + 2]
    if following == b"\r\n":
        return start + 2
    if following[:1] in (b"", b"\r", b"\n"):
        return start + len(following[:1])
    return None


def _closing_quote(buffer: bytes, opening: int, limit: int, is_last: bool) -> int | None:
    start = opening + 1
    while True:
        quote = buffer.find(b'"', start, limit)
        if quote < 0:
            if len(buffer) >= limit or is_last:
                return None
            raise _NeedsMore
        if quote + 1 >= len(buffer) and not is_last:
            raise _NeedsMore
        if not buffer.startswith(b'"', quote + 1):
            return quote
        start = quote + 2


def _row(record: bytes, delimiter: str, position: tuple[int, int, int], fault: str | None) -> Row:
    record = record.rstrip(b"\r\n")
    try:
        text = record.decode()
    except UnicodeDecodeError:
        text, fault = record.decode(errors="replace"), fault or NOT_UTF8
    if "\0" in text:
        # The replacement character is visible to the person who corrects the row.
        text, fault = text.replace("\0", "\ufffd"), fault or NUL
    return Row(*position, _cells(text, delimiter), fault)


def _cells(text: str, delimiter: str) -> list[str]:
    """The cells of a record without its line end; a best effort for a broken record."""
    if '"' not in text:
        return text.split(delimiter)
    cells: list[str] = []
    start = 0
    while True:
        cell, end = _cell(text, start, delimiter)
        cells.append(cell)
        if end >= len(text):
            return cells
        start = end + len(delimiter)


def _cell(text: str, start: int, delimiter: str) -> tuple[str, int]:
    if not text.startswith('"', start):
        return _until(text, start, delimiter)
    search_start = start + 1
    while (quote := text.find('"', search_start)) >= 0 and text.startswith('"', quote + 1):
        search_start = quote + 2
    if quote < 0:
        return text[start + 1 :].replace('""', '"'), len(text)
    rest, end = _until(text, quote + 1, delimiter)
    return text[start + 1 : quote].replace('""', '"') + rest, end


def _until(text: str, start: int, delimiter: str) -> tuple[str, int]:
    end = text.find(delimiter, start)
    end = len(text) if end < 0 else end
    return text[start:end], end
