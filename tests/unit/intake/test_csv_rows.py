import csv
import io
import itertools

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from intake.files import csv_rows
from intake.files.csv_rows import MAX_CELL, MAX_RECORD, Row, rows

CELLS = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"), max_size=12) | st.sampled_from(
    ['"', '""', ",", ";", "\t", "\n", "\r", "\r\n", "'", "NA", "null", "007", " x ", '5" nail', "a\nb", "\u2028", "é"]
)


def read(content: bytes, delimiter: str = ",", block: int = 1 << 20) -> list[Row]:
    blocks = [content[start : start + block] for start in range(0, len(content), block)]
    return list(rows(blocks, delimiter))


def is_blank(cells: list[str]) -> bool:
    return len(cells) == 1 and not cells[0].encode().strip()


@example([["", ""]], "\t", "\n", csv.QUOTE_MINIMAL, 1)
@given(
    st.lists(st.lists(CELLS, min_size=1, max_size=5), max_size=8),
    st.sampled_from([",", ";", "\t"]),
    st.sampled_from(["\n", "\r\n"]),
    st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC]),
    st.integers(1, 40),
)
def test_any_table_comes_back_as_it_was_written(
    table: list[list[str]], delimiter: str, line_end: str, quoting: int, block: int
) -> None:
    # Python 3.11 writes a CR without quotes where lines end with LF: the cell then ends with what looks like CRLF.
    assume(line_end == "\r\n" or quoting != csv.QUOTE_MINIMAL or not any("\r" in cell for row in table for cell in row))
    text = io.StringIO()
    written = [cells for cells in table if not is_blank(cells)]
    csv.writer(text, delimiter=delimiter, lineterminator=line_end, quoting=quoting).writerows(written)
    found = read(text.getvalue().encode(), delimiter, block)
    assert [row.cells for row in found] == written
    assert not any(row.fault for row in found)


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
def test_rows_name_their_lines_and_leave_out_only_blank_ones(pieces: list[bytes]) -> None:
    content = b"".join(pieces)
    place = 0
    for row in read(content):
        assert not content[place : row.start].strip()
        assert row.line == content.count(b"\n", 0, row.start) + 1
        place = row.end
    assert not content[place:].strip()


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
    ],
)
def test_a_broken_row_costs_one_line(content: bytes, faults: list[str | None]) -> None:
    assert [row.fault for row in read(content)] == faults
    assert [row.fault for row in read(content, block=70_001)] == faults


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
