"""CSV as it comes: bytes in, rows out, each with its line and its place in the file.

What is read is RFC 4180 with `,`, `;` or a tab, lines that end with LF or CRLF, in UTF-8. A record that breaks the
rules of quoting, or whose quote is not closed within 64 KB, is its first line alone: reading goes on at the next line,
so one stray quote costs one row. Whether a record is whole is decided from its own bytes and those after it, so a range
of the file that begins and ends between two records gives the same rows as the whole file does.
"""

import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

MAX_CELL = 64 * 1024
"""Bytes of a quoted cell; a longer one counts as unclosed."""
MAX_RECORD = 1024 * 1024
"""Bytes of a record; what is longer is not kept in memory."""

UNCLOSED = "a quote is not closed"
QUOTING = "text stands after a closing quote"
TOO_LONG = "the line is longer than 1 MB"
NOT_UTF8 = "the line is not UTF-8"
NUL = "the line holds a NUL character"


@dataclass(frozen=True, slots=True)
class Row:
    """A record: its first line (from 1) and its bytes (`start` to before `end`) in the file, its cells.

    `fault` says why it cannot be read; its cells are then what could be made of it.
    """

    line: int
    start: int
    end: int
    cells: list[str]
    fault: str | None = None


class _NeedsMore(Exception):
    """What is in memory does not tell yet where the record ends."""


def rows(blocks: Iterable[bytes], delimiter: str, start: int = 0, line: int = 1) -> Iterator[Row]:
    """The rows of a stretch of a file that begins at byte `start`, in line `line`; blank lines are no rows."""
    for record, size, fault in _records(blocks, delimiter.encode()):
        place = line, start, start + size
        if not record:
            yield Row(*place, [], fault)
        elif record.strip():
            yield _row(record, delimiter, place, fault)
        start += size
        line += record.count(b"\n") or 1


def _records(blocks: Iterable[bytes], separator: bytes) -> Iterator[tuple[bytes, int, str | None]]:
    """Each record's bytes, how many they are, what is wrong with it; of an overlong line the bytes are not kept."""
    buffer, place, dropped = b"", 0, 0
    for block, is_last in itertools.chain(((block, False) for block in blocks), ((b"", True),)):
        buffer, place = buffer[place:] + block, 0
        while place < len(buffer):
            if dropped:
                newline = buffer.find(b"\n", place)
                end = newline + 1 if newline >= 0 else len(buffer)
                dropped += end - place
                if newline >= 0 or is_last:
                    yield b"", dropped, TOO_LONG
                    dropped = 0
                place = end
                continue
            try:
                record_end, fault = _record_end(buffer, place, separator, is_last)
            except _NeedsMore:
                break
            if record_end is None:
                dropped = MAX_RECORD
                place += MAX_RECORD
                continue
            yield buffer[place:record_end], record_end - place, fault
            place = record_end
    if dropped:
        yield b"", dropped, TOO_LONG


def _record_end(buffer: bytes, start: int, separator: bytes, is_last: bool) -> tuple[int | None, str | None]:
    """Where the record that begins at `start` ends, and what is wrong with it; None for a line that is overlong.

    A broken record is its first line, and what is wrong is said of that line alone: those after it may be in another
    range of the file. Raises _NeedsMore.
    """
    limit = start + MAX_RECORD
    line_end = _line_end(buffer, start, limit, is_last)
    if line_end is None:
        return None, TOO_LONG
    if buffer.find(b'"', start, line_end) < 0:
        return line_end, None
    place = start
    while True:
        if buffer.startswith(b'"', place):
            closing = _closing_quote(buffer, place, min(place + 1 + MAX_CELL, limit), is_last)
            if closing is None:
                return line_end, UNCLOSED
            place = closing + 1
            end = _end_after_quote(buffer, place, is_last)
            if end is None and not buffer.startswith(separator, place):
                return line_end, QUOTING if place < line_end else UNCLOSED
        else:
            cell_end = _line_end(buffer, place, limit, is_last)
            if cell_end is None:
                return line_end, UNCLOSED
            place = buffer.find(separator, place, cell_end)
            end = cell_end if place < 0 else None
        if end is not None:
            return end, None
        place += 1


def _end_after_quote(buffer: bytes, place: int, is_last: bool) -> int | None:
    """Where the record ends that has a closing quote before `place`; None where it goes on."""
    if not is_last and place + 1 >= len(buffer):
        raise _NeedsMore
    following = buffer[place : place + 2]
    if following == b"\r\n":
        return place + 2
    if following in (b"", b"\r") or following.startswith(b"\n"):
        return place + len(following[:1])
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
    place = opening + 1
    while True:
        quote = buffer.find(b'"', place, limit)
        if quote < 0:
            if len(buffer) >= limit or is_last:
                return None
            raise _NeedsMore
        if quote + 1 >= len(buffer) and not is_last:
            raise _NeedsMore
        if not buffer.startswith(b'"', quote + 1):
            return quote
        place = quote + 2


def _row(record: bytes, delimiter: str, place: tuple[int, int, int], fault: str | None) -> Row:
    record = record.removesuffix(b"\n").removesuffix(b"\r")
    try:
        text = record.decode()
    except UnicodeDecodeError:
        text, fault = record.decode(errors="replace"), fault or NOT_UTF8
    if "\0" in text:
        # The sign for what was lost takes its place: a person who corrects the row sees it.
        text, fault = text.replace("\0", "\ufffd"), fault or NUL
    return Row(*place, split_cells(text, delimiter), fault)


def split_cells(text: str, delimiter: str) -> list[str]:
    """The cells of a record without its line end; of a broken one, what can be made of it."""
    if '"' not in text:
        return text.split(delimiter)
    cells: list[str] = []
    place = 0
    while True:
        cell, place = _cell(text, place, delimiter)
        cells.append(cell)
        if place >= len(text):
            return cells
        place += len(delimiter)


def _cell(text: str, start: int, delimiter: str) -> tuple[str, int]:
    if not text.startswith('"', start):
        return _until(text, start, delimiter)
    place = start + 1
    while (quote := text.find('"', place)) >= 0 and text.startswith('"', quote + 1):
        place = quote + 2
    if quote < 0:
        return text[start + 1 :].replace('""', '"'), len(text)
    rest, end = _until(text, quote + 1, delimiter)
    return text[start + 1 : quote].replace('""', '"') + rest, end


def _until(text: str, start: int, delimiter: str) -> tuple[str, int]:
    end = text.find(delimiter, start)
    end = len(text) if end < 0 else end
    return text[start:end], end
