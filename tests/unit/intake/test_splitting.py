"""Splits: at once and in several parts, for any content and any stops."""

import csv
import io
import itertools
import json
import tracemalloc
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.files.columns import layout_of, read_header
from intake.jobs.kinds import FILE_KINDS
from intake.jobs.splitting import (
    CHUNK_ROWS,
    CHUNKS_IN_TURN,
    MAX_CONTESTED,
    SplitChunks,
    Splitter,
    first_chunks,
)
from payerworks.csv_rows import Row, rows
from payerworks.settings import settings
from tests.unit.intake.conftest import CHUNK_BYTES

pytestmark = pytest.mark.usefixtures("small_chunks")


@pytest.fixture
def usual_sizes(small_chunks: None, environment: Callable[..., None]) -> None:
    """Chunks and filters as a deployed function has them."""
    environment(CHUNK_BYTES="262144", CONFLICT_FILTER_BYTES="16777216")


HEADER = b"mrn,first_name,last_name,birth_date,visit_account_number,visit_date,reason,note\n"
LAYOUT = layout_of(HEADER.decode().strip().split(","))
PATIENTS = FILE_KINDS["patients"]


class Left(Exception):
    """The time for the split is over."""


def blocks_of(content: bytes, size: int, count: int | None) -> Iterator[bytes]:
    """A file's blocks; raises Left after `count` of them."""
    for number, start in enumerate(range(0, len(content), size)):
        if number == count:
            raise Left
        yield content[start : start + size]


def split(content: bytes, block: int = 1 << 20, stops: tuple[int, ...] = ()) -> SplitChunks:
    """The split of a file, stopped after these numbers of blocks and continued from each checkpoint."""
    header, kept = read_header(content), b""
    for stop in (*stops, None):
        splitter = Splitter(header, PATIENTS, LAYOUT, kept)
        try:
            splitter.read(blocks_of(content[splitter.start :], block, stop))
        except Left:
            kept = splitter.checkpoint()
    return splitter.split()


def rows_of(content: bytes, found: SplitChunks) -> list[Row]:
    """The rows of the chunks, each chunk read separately."""
    chunks = [chunk for chunk in found.chunks if not chunk.contested]
    read = (rows([content[chunk.start : chunk.end]], ",", chunk.start, chunk.line) for chunk in chunks)
    return list(itertools.chain.from_iterable(read))


FILLINGS = {
    "none": b"",
    "long": b"x" * 1_900,
    "many lines": b'"' + b"x\r\n" * 20_000 + b'"',
    "two lines": b'"a ""b""\n"',
    "unclosed": b'"unclosed',
    "text after a quote": b'"a"b',
    "NUL": b"\0",
    "not UTF-8": b"\xe9",
}
ENDS = {"LF": b"\n", "CRLF": b"\r\n", "CR": b"\r", "an empty line": b"\n\n", "a blank line": b"\n \r\n"}
LINES = st.tuples(
    st.integers(0, 3),
    st.sampled_from(["Ada", "Eve", '"Zoë, d"']),
    st.integers(0, 30),
    st.sampled_from(sorted(FILLINGS)),
    st.sampled_from(sorted(ENDS)),
)


def file_of(lines: list[tuple[int, str, int, str, str]], bom: bytes = b"", cut: int = 0) -> bytes:
    """The file made of line descriptions, because some lines are too long to print."""
    rows_of_lines = (
        b"%d,%s,Field,1990-02-14,V-%d,2024-11-01,x,%s%s" % (mrn, name.encode(), account, FILLINGS[filling], ENDS[end])
        for mrn, name, account, filling, end in lines
    )
    return (bom + HEADER + b"".join(rows_of_lines))[: -cut or None]


@given(
    st.lists(LINES, max_size=40),
    st.sampled_from([b"", b"\xef\xbb\xbf"]),
    st.integers(0, 3),
    st.sampled_from([9_973, 65_536, 1 << 20]),
    st.lists(st.integers(1, 30), min_size=1, max_size=4),
)
def test_a_split_left_anywhere_and_gone_on_with_is_that_of_one_go(
    lines: list[tuple[int, str, int, str, str]], bom: bytes, cut: int, block: int, stops: list[int]
) -> None:
    content = file_of(lines, bom, cut)
    whole, header = split(content), read_header(content)
    assert split(content, block, tuple(stops)) == whole
    assert rows_of(content, whole) == list(rows([content[header.end :]], ",", header.end, header.line))


def test_a_broken_record_is_judged_alike_where_its_chunk_ends_with_it() -> None:
    lines = [(0, "Ada", number, "long", "LF") for number in range(4)]
    content = file_of([*lines, (0, "Ada", 4, "unclosed", "LF"), (1, "Eve", 5, "text after a quote", "LF")])
    # The row that ends the first chunk is the broken one.
    broken = content.index(b"V-4")
    start = content.rindex(b"\n", 0, broken) + 1
    content = content[:start] + content[start:].replace(b"Field", b"F" * (CHUNK_BYTES - start + len(HEADER)), 1)
    found = split(content)
    assert len(found.chunks) == 2
    faults = [row.fault for row in rows_of(content, found)]
    assert faults[4:] == ["a quote is not closed", "text follows a closing quote"]
    header = read_header(content)
    assert rows_of(content, found) == list(rows([content[header.end :]], ",", header.end, header.line))


@given(
    st.lists(st.lists(st.text(st.sampled_from(',;\t"\n\r aé'), max_size=9), min_size=8, max_size=8), max_size=9),
    st.sampled_from([",", ";", "\t"]),
    st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC]),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.sampled_from(["", "\ufeff"]),
)
def test_any_table_in_any_dialect_comes_back_from_its_chunks(
    table: list[list[str]], delimiter: str, quoting: int, line_end: str, bom: str
) -> None:
    # Before Python 3.13 the csv module quotes a CR or LF only if the line end has it, unless told otherwise.
    if any({"\r", "\n"} & set(cell) for row in table for cell in row):
        quoting = csv.QUOTE_ALL
    # So wide that a few rows make a chunk.
    wide = [[*cells, "x" * 1_600] for cells in table]
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, quoting=quoting, lineterminator=line_end)
    writer.writerow([*HEADER.decode().strip().split(","), "wide"])
    writer.writerows(wide)
    content = (bom + text.getvalue()).encode()
    header = read_header(content)
    splitter = Splitter(header, PATIENTS, layout_of(header.columns))
    splitter.read([content[header.end :]])
    chunks = splitter.split().chunks
    found = [rows([content[c.start : c.end]], header.delimiter, c.start, c.line) for c in chunks]
    assert [row.cells for row in itertools.chain.from_iterable(found)] == wide


@pytest.mark.parametrize("size", [10, 200])
def test_a_chunk_is_bounded_by_rows_and_by_bytes(size: int, usual_sizes: None) -> None:
    line = b"1,Ada,Field,1990-02-14,V-1,2024-11-01,x,%s\n" % (b"x" * size)
    content = HEADER + line * 9000
    chunks = split(content).chunks
    lengths = [(chunk.end - chunk.start) // len(line) for chunk in chunks]
    most = min(CHUNK_ROWS, -(-settings().chunk_bytes // len(line)))
    assert lengths == [*[most] * (9000 // most), 9000 % most]


def test_contested_rows_are_loaded_after_each_other_a_few_chunks_at_a_time() -> None:
    line = b"%d,Ada,Field,1990-02-14,V-%d,2024-11-01,x,%s\n"
    lines = [line % (number, number, b"x" * 9_400) for number in range(10)]
    found = split(HEADER + b"".join(lines) + lines[3].replace(b"Ada", b"Eve"))
    plain, contested = found.chunks[:11], found.chunks[11:]
    assert [chunk.number for chunk in found.chunks] == list(range(14))
    assert not any(chunk.contested or chunk.in_turn for chunk in plain)
    assert all(chunk.contested and chunk.in_turn for chunk in contested)
    groups = [plain[first : first + CHUNKS_IN_TURN] for first in range(0, 11, CHUNKS_IN_TURN)]
    ranges = [(group[0].start, group[-1].end, group[0].line) for group in groups]
    assert [(chunk.start, chunk.end, chunk.line) for chunk in contested] == ranges
    assert list(first_chunks(found.chunks)) == [*plain, contested[0]]


def test_a_file_that_disagrees_with_itself_everywhere_is_loaded_row_after_row() -> None:
    lines = [b"1,%s,Field,1990-02-14,V-%d,2024-11-01,x,y\n" % (name, n) for n, name in enumerate([b"Ada", b"Eve"])]
    content = HEADER + b"".join(lines)
    header = read_header(content)
    text, filters = Splitter(header, PATIENTS, LAYOUT).checkpoint().split(b"\n", 1)
    known = json.loads(text) | {"contested": list(range(MAX_CONTESTED))}
    splitter = Splitter(header, PATIENTS, LAYOUT, json.dumps(known).encode() + b"\n" + filters)
    with pytest.raises(Left):
        splitter.read(blocks_of(content[splitter.start :] + b"x", len(content) - splitter.start, 1))
    splitter = Splitter(header, PATIENTS, LAYOUT, splitter.checkpoint())
    splitter.read([content[splitter.start :]])
    found = splitter.split()
    assert found.contested == frozenset()
    assert [(chunk.contested, chunk.in_turn) for chunk in found.chunks] == [(False, True)]
    assert list(first_chunks([*found.chunks, *found.chunks])) == found.chunks


def test_the_memory_of_a_split_does_not_grow_with_the_file(usual_sizes: None) -> None:
    def peak(megabytes: int) -> int:
        # Rows of 1 KB, made as they are asked for.
        lines = (
            b"".join(
                b"%d,Ada,Field,1990-02-14,V-%d,2024-11-01,x,%s\n" % (number, number, b"x" * 980)
                for number in range(1000 * first, 1000 * (first + 1))
            )
            for first in range(megabytes)
        )
        splitter = Splitter(read_header(HEADER), PATIENTS, LAYOUT)
        tracemalloc.start()
        splitter.read(lines)
        found = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert len(splitter.split().chunks) >= 3 * megabytes
        return found

    # Less would compare how full pydantic's cache of 16,384 texts is.
    assert peak(30) < 1.1 * peak(12) + 100_000


def test_a_checkpoint_of_another_layout_is_no_place_to_go_on_from() -> None:
    content = HEADER + b"1,Ada,Field,1990-02-14,V-1,2024-11-01,x,y\n" * 50_000
    before = Splitter(read_header(content), PATIENTS, LAYOUT)
    with pytest.raises(Left):
        before.read(blocks_of(content[before.start :], 1 << 20, 2))
    other, start = replace(LAYOUT, date_format="DD.MM.YYYY"), read_header(content).end
    assert Splitter(read_header(content), PATIENTS, LAYOUT, before.checkpoint()).start > start
    assert Splitter(read_header(content), PATIENTS, other, before.checkpoint()).start == start
