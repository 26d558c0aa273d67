import csv
import io
import itertools
import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from payerworks import csv_rows
from payerworks.csv_rows import MAX_CELL, MAX_RECORD, Row, rows

CELLS = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"), max_size=12) | st.sampled_from(
    ['"', '""', ",", ";", "\t", "\n", "\r", "\r\n", "'", "NA", "null", "007", " x ", '5" nail', "a\nb", "\u2028", "é"]
)


def read(content: bytes, delimiter: str = ",", block: int = 1 << 20) -> list[Row]:
    blocks = [content[start : start + block] for start in range(0, len(content), block)]
    return list(rows(blocks, delimiter))


def written(table: list[list[str]], delimiter: str, line_end: str, quoting: int) -> bytes:
    """The table as the csv module writes it, in UTF-8."""
    # Before Python 3.13 it quotes a CR or LF only if the line end has it, unless told otherwise: it would end the row.
    if any({"\r", "\n"} & set(cell) for row in table for cell in row):
        quoting = csv.QUOTE_ALL
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator=line_end, quoting=quoting).writerows(table)
    return text.getvalue().encode()


@example([["", ""]], "\t", "\n", csv.QUOTE_MINIMAL, 1)
@example([["", "a"], ["b"]], ",", "\r", csv.QUOTE_MINIMAL, 1)
@given(
    st.lists(st.lists(CELLS, min_size=1, max_size=5), max_size=8),
    st.sampled_from([",", ";", "\t", "|"]),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC]),
    st.integers(1, 40),
)
def test_any_table_comes_back_as_it_was_written(
    table: list[list[str]], delimiter: str, line_end: str, quoting: int, block: int
) -> None:
    found = read(written(table, delimiter, line_end, quoting), delimiter, block)
    assert [row.cells for row in found] == table
    assert not any(row.fault for row in found)


@given(
    st.lists(st.tuples(st.lists(CELLS, min_size=1, max_size=5), st.sampled_from(["\n", "\r", "\r\n"])), max_size=8),
    st.integers(1, 40),
)
def test_lines_of_a_file_may_end_in_any_ways(table: list[tuple[list[str], str]], block: int) -> None:
    content = b"".join(written([cells], ",", line_end, csv.QUOTE_ALL) for cells, line_end in table)
    found = read(content, block=block)
    assert [row.cells for row in found] == [cells for cells, _ in table]
    assert [row.line for row in found] == [1 + len(ends(content[: row.start])) for row in found]


def ends(content: bytes) -> list[bytes]:
    return re.findall(rb"\r\n|\r|\n", content)


@pytest.mark.parametrize("line_end", [b"\n", b"\r", b"\r\n"])
@pytest.mark.parametrize("block", [1, 2, 3, 4, 5, 100])
def test_a_line_end_may_lie_between_two_blocks(line_end: bytes, block: int) -> None:
    found = read(line_end.join([b"a,b", b'"c",d', b"", b"e,f", b""]), block=block)
    assert [(row.line, row.cells) for row in found] == [(1, ["a", "b"]), (2, ["c", "d"]), (3, [""]), (4, ["e", "f"])]


def test_a_long_file_whose_lines_end_in_cr_is_looked_at_once() -> None:
    looked_at = 0

    class Watched(bytes):
        def find(self, wanted: bytes, start: int = 0, end: int | None = None) -> int:  # type: ignore[override]
            nonlocal looked_at
            found = super().find(wanted, start, len(self) if end is None else end)
            looked_at += (found if found >= 0 else len(self)) - start
            return found

    content = Watched(b"a,b\r" * 20_000)
    lines = csv_rows._LineEnds(content, is_last=True)
    start = 0
    while start < len(content):
        start = lines.after(start, len(content)) or 0
    assert looked_at < 3 * len(content)


PIECES = st.lists(
    st.sampled_from([b'"', b'""', b",", b"\n", b"\r\n", b"\r", b"a", b"bc", b"\0", b"\xff", "é".encode(), b" "]),
    max_size=40,
)


@given(PIECES, st.integers(1, 9))
def test_rows_do_not_depend_on_how_the_bytes_arrive(pieces: list[bytes], block: int) -> None:
    content = b"".join(pieces)
    assert read(content, block=block) == read(content)


@given(PIECES, st.integers(0, 40), st.integers(0, 40))
def test_a_range_between_two_rows_gives_the_rows_of_the_whole(pieces: list[bytes], first: int, last: int) -> None:
    content = b"".join(pieces)
    whole = read(content)
    wanted = whole[first:last]
    if wanted:
        start, end = wanted[0].start, wanted[-1].end
        assert list(rows([content[start:end]], ",", start, wanted[0].line)) == wanted


@given(PIECES)
def test_rows_name_their_lines_and_leave_out_nothing(pieces: list[bytes]) -> None:
    content = b"".join(pieces)
    end = 0
    for row in read(content):
        assert row.start == end
        assert row.line == 1 + len(ends(content[: row.start]))
        end = row.end
    assert end == len(content)


@pytest.mark.parametrize(
    ("content", "faults"),
    [
        (b'a,"b\nc,d\n', [csv_rows.UNCLOSED, None]),
        (b'a,"b\nc,"d",e\nf,g\n', [csv_rows.UNCLOSED, None, None]),
        (b'a,"b"x\nc,d\n', [csv_rows.QUOTING, None]),
        (b"a,\xe9\nc,d\n", [csv_rows.NOT_UTF8, None]),
        (b"a,b\0\nc,d\n", [csv_rows.NUL, None]),
        (
            b'a,"' + b"x\n" * (MAX_CELL // 2 + 2) + b'"\n',
            [csv_rows.UNCLOSED, *[None] * (MAX_CELL // 2 + 1), csv_rows.UNCLOSED],
        ),
        (b"a," + b"x" * MAX_RECORD + b"\nc,d\n", [csv_rows.TOO_LONG, None]),
        (b"a," + b"x" * 3 * MAX_RECORD, [csv_rows.TOO_LONG]),
        (b"a," + b"x" * MAX_RECORD + b"\rc,d\r", [csv_rows.TOO_LONG, None]),
        (b"a," + b"x" * (MAX_RECORD - 3) + b"\r\nc,d\r\n", [csv_rows.TOO_LONG, None]),
        (b"a," + b"x" * (MAX_RECORD - 4) + b"\r\nc,d\r\n", [None, None]),
        (b'a,"b\rc,"d"x\rf,g\r', [csv_rows.UNCLOSED, csv_rows.QUOTING, None]),
    ],
)
def test_a_broken_row_costs_one_line(content: bytes, faults: list[str | None]) -> None:
    assert [row.fault for row in read(content)] == faults
    assert [row.fault for row in read(content, block=70_001)] == faults
    assert [row.fault for row in read(content, block=MAX_RECORD - 1)] == faults
    assert [row.fault for row in read(content, block=MAX_RECORD)] == faults


def test_a_quoted_cell_of_64_kb_is_read() -> None:
    assert read(b'"' + b"x" * (MAX_CELL - 1) + b'",y\n')[0].fault is None
    assert read(b'"' + b"x" * MAX_CELL + b'",y\n')[0].fault == csv_rows.UNCLOSED


def test_an_overlong_line_is_not_kept_in_memory() -> None:
    endless = itertools.chain(itertools.repeat(b"x" * MAX_RECORD, 200), [b"\nc,d\n"])
    found = list(rows(endless, ","))
    assert [(row.line, row.fault) for row in found] == [(1, csv_rows.TOO_LONG), (2, None)]
    assert found[0].end == 200 * MAX_RECORD + 1


def test_what_could_be_made_of_a_broken_row_is_kept() -> None:
    assert read(b'1,"Ann,x\n')[0].cells == ["1", "Ann,x"]
    assert read(b'1,"Ann"y,x\n')[0].cells == ["1", "Anny", "x"]
    assert read(b"1,J\xf6rg\0\n")[0].cells == ["1", "J\ufffdrg\ufffd"]
