"""A CSV tokenizer: bytes in, rows out, each with its line and its bytes in the file.

1. It reads RFC 4180 in UTF-8 with `,`, `;` or a tab as delimiter, and LF or CRLF as line end.
2. A record that breaks the quoting rules, or has a quote unclosed after 64 KB, ends with its first line; reading
   continues at the next line, so one stray quote costs one row:
       a,"b        → row 1, with the fault UNCLOSED
       c,d         → row 2
3. Whether a record is whole depends only on its own bytes and those after it. So a range of the file that begins and
   ends between two records gives the same rows as the whole file does.
"""

import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

MAX_CELL = 64 * 1024
"""Bytes of a quoted cell; a longer one counts as unclosed."""
MAX_RECORD = 1024 * 1024
"""Bytes of a record; a longer one is not kept in memory."""

UNCLOSED = "a quote is not closed"
QUOTING = "text follows a closing quote"
TOO_LONG = "the line is longer than 1 MB"
NOT_UTF8 = "the line is not UTF-8"
NUL = "the line contains a NUL character"


@dataclass(frozen=True, slots=True)
class Row:
    """A record: its first line (from 1), its bytes in the file (`start` to before `end`), and its cells.

    `fault` is the reason why it cannot be read; its cells are then a best effort.
    """

    line: int
    start: int
    end: int
    cells: list[str]
    fault: str | None = None


class _NeedsMore(Exception):
    """The buffer ends before the record's end is certain."""


def rows(blocks: Iterable[bytes], delimiter: str, start: int = 0, line: int = 1) -> Iterator[Row]:
    """The rows of a range of a file that begins at byte `start` and line `line`; blank lines are skipped."""
    separator = delimiter.encode()
    for record, size, fault in _records(blocks, separator):
        position = line, start, start + size
        if not record:
            yield Row(*position, [], fault)
        elif record.strip() or separator in record:
            yield _row(record, delimiter, position, fault)
        start += size
        line += record.count(b"\n") or 1


def _records(blocks: Iterable[bytes], separator: bytes) -> Iterator[tuple[bytes, int, str | None]]:
    """Each record's bytes, their number, and its fault; the bytes of an overlong line are dropped."""
    buffer, start, dropped = b"", 0, 0
    for block, is_last in itertools.chain(((block, False) for block in blocks), ((b"", True),)):
        buffer, start = buffer[start:] + block, 0
        while start < len(buffer):
            if dropped:
                newline = buffer.find(b"\n", start)
                end = newline + 1 if newline >= 0 else len(buffer)
                dropped += end - start
                if newline >= 0 or is_last:
                    yield b"", dropped, TOO_LONG
                    dropped = 0
                start = end
                continue
            try:
                record_end, fault = _record_end(buffer, start, separator, is_last)
            except _NeedsMore:
                break
            if record_end is None:
                dropped = MAX_RECORD
                start += MAX_RECORD
                continue
            yield buffer[start:record_end], record_end - start, fault
            start = record_end
    if dropped:
        yield b"", dropped, TOO_LONG


def _record_end(buffer: bytes, start: int, separator: bytes, is_last: bool) -> tuple[int | None, str | None]:
    """The end of the record that begins at `start`, and its fault; None for an overlong line.

    A broken record ends with its first line, and its fault concerns that line alone: the lines after it may be in
    another range of the file. Raises _NeedsMore.
    """
    limit = start + MAX_RECORD
    line_end = _line_end(buffer, start, limit, is_last)
    if line_end is None:
        return None, TOO_LONG
    if buffer.find(b'"', start, line_end) < 0:
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
            cell_line_end = _line_end(buffer, cell, limit, is_last)
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
    if following in (b"", b"\r") or following.startswith(b"\n"):
        return start + len(following[:1])
    return None


def _line_end(buffer: bytes, start: int, limit: int, is_last: bool) -> int | None:
    newline = buffer.find(b"\n", start, limit)
    if newline >= 0:
        return newline + 1
    if len(buffer) >= limit:
        return None
    if is_last:
        return len(buffer)
    raise _NeedsMore


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
    record = record.removesuffix(b"\n").removesuffix(b"\r")
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
