"""Encodings: which one a file has, and that nothing of it changes on the way to UTF-8."""

import itertools
from collections.abc import Iterator

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from intake.files import encodings
from intake.files.encodings import ENCODINGS, UTF_8, WINDOWS_1252, encoding_of, in_utf8
from intake.files.unreadable import UnreadableFile
from tests.unit.intake.conftest import Intake

HEADER = "mrn,first_name,last_name,birth_date,visit_account_number,visit_date,reason\n"
ROW = "0017,Ada,Field,1990-02-14,V-1,2024-11-01,Annual physical\n"
ACCENTS = ROW.replace("Field", "Müller").replace("Annual physical", "„Spaß“ – 5 €")


def blocks_of(content: bytes, size: int) -> Iterator[bytes]:
    return (content[start : start + size] for start in range(0, len(content), size))


@example("a\rü", "windows-1252", 1)
@given(
    st.text(st.characters(codec="windows-1252", exclude_characters="\0"), max_size=40),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-32", "windows-1252"]),
    st.integers(1, 9),
)
def test_a_text_comes_back_from_any_encoding_that_is_certain(text: str, encoding: str, block: int) -> None:
    content = text.encode(encoding)
    if encoding == "windows-1252":  # a line may also be one in UTF-8, and is then taken for that
        above_ascii = [line for line in content.splitlines() if not line.isascii()]
        assume(above_ascii and not any(map(is_utf8, above_ascii)))
    found = encoding_of([content])
    assert found == encoding.removesuffix("-sig")
    assert b"".join(in_utf8(blocks_of(content, block), found)).decode().removeprefix("\ufeff") == text


def is_utf8(content: bytes) -> bool:
    try:
        content.decode()
    except UnicodeDecodeError:
        return False
    return True


@pytest.mark.parametrize("codec", ["utf-8", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
def test_a_byte_order_mark_is_certain_whatever_a_mapping_names(codec: str) -> None:
    content = "\ufeffMüller".encode(codec)
    assert b"".join(in_utf8([content], encoding_of([content], WINDOWS_1252))).decode().lstrip("\ufeff") == "Müller"


@pytest.mark.parametrize("block", [7, 1000, 1 << 20])
@pytest.mark.parametrize("line_end", [b"\n", b"\r", b"\r\n"])
@pytest.mark.parametrize(
    ("lines", "encoding"),
    [
        ([b"a"] * 9_000 + [b"M\xfcller"], WINDOWS_1252),
        ([b"a"] * 9_000 + ["Müller".encode()], UTF_8),
        (["Müller".encode()] * 500 + [b"M\xfcller"], UTF_8),
        (["Müller".encode()] * 3 + [b"M\xfcller"] * 200, UTF_8),
        (["große …".encode(WINDOWS_1252), "Straß…".encode(WINDOWS_1252)] + [b"M\xfcller"] * 400, WINDOWS_1252),
        ([b"M\xfcller"] * 50 + [b"M\x81ller"], UTF_8),
    ],
    ids=range(6),
)
def test_all_lines_of_a_file_decide(lines: list[bytes], encoding: str, line_end: bytes, block: int) -> None:
    assert encoding_of(blocks_of(line_end.join(lines), block)) == encoding


def test_a_file_of_more_than_4_gb_is_taken_for_utf8(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(encodings, "MAX_BYTES", 4000)
    content = b"M\xfcller\n" * 600
    assert encoding_of([content[:3500]]) == WINDOWS_1252
    assert encoding_of(blocks_of(content, 1000)) == UTF_8
    with pytest.raises(UnreadableFile, match="more than 4 GB"):
        list(in_utf8(blocks_of(content, 1000), WINDOWS_1252))


def test_a_line_without_end_takes_no_memory() -> None:
    endless = itertools.chain([b"M\xfcller\n"], itertools.repeat("ü".encode() * (1 << 19), 64))
    assert encoding_of(endless) == UTF_8


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_a_mapping_may_name_each_encoding(encoding: str) -> None:
    content = "M-1".encode({"utf-16": "utf-16le", "utf-32": "utf-32le"}.get(encoding, encoding))
    assert b"".join(in_utf8([content], encoding_of([content], encoding))) == b"M-1"


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_a_list_of_rejects_is_utf8_whatever_the_mapping_of_its_file_names(encoding: str) -> None:
    assert encoding_of(["mrn,line\nMüller,2\n".encode()], encoding) == UTF_8


def test_an_encoding_that_a_mapping_names_need_not_be_guessed() -> None:
    content = "M\x81ller\n".encode("latin-1") + "Zoë\n".encode()
    assert encoding_of([content]) == UTF_8
    assert encoding_of([content], "macintosh") == "macintosh"
    assert encoding_of([b"M\xfcller\n"], UTF_8) == UTF_8


# ---- in jobs ---------------------------------------------------------------------------------------------------------


def last_names(intake: Intake) -> list[str]:
    return [patient["person"]["last_name"] for patient in intake.patients()["patients"]]


@pytest.mark.parametrize(
    ("encoding", "shown"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8"),
        ("utf-16", "utf-16"),
        ("utf-32", "utf-32"),
        ("windows-1252", "windows-1252"),
    ],
)
def test_a_file_is_read_in_its_encoding_and_its_job_says_so(intake: Intake, encoding: str, shown: str) -> None:
    job = intake.ingest((HEADER + ACCENTS).encode(encoding))
    assert (job["visits_created"], job["rejected"], job["encoding"]) == (1, 0, shown)
    [patient] = intake.patients()["patients"]
    assert (patient["person"]["last_name"], patient["visits"][0]["reason"]) == ("Müller", "„Spaß“ – 5 €")


def test_the_only_accent_of_a_file_may_be_in_its_last_row(intake: Intake) -> None:
    note = "x" * 60_000
    rows = [ROW.replace("V-1", f"W-{number}").replace("\n", f",{note}\n") for number in range(30)]
    last = ACCENTS.replace("0017", "18").replace("\n", ",\n")
    job = intake.ingest((HEADER.replace("\n", ",note\n") + "".join(rows) + last).encode("windows-1252"))
    assert (job["rejected"], job["encoding"]) == (0, "windows-1252")
    assert last_names(intake) == ["Field", "Müller"]


def test_rejects_keep_their_accents(intake: Intake) -> None:
    job = intake.ingest((HEADER + ACCENTS.replace("1990-02-14", "soon")).encode("windows-1252"))
    corrected = intake.rejects(job).replace("soon", "1990-02-14").encode("windows-1252")
    assert intake.ingest(corrected, "patients/corrected.csv")["visits_created"] == 1
    assert last_names(intake) == ["Müller"]


def test_a_row_that_is_not_utf8_among_rows_that_are_is_a_reject(intake: Intake) -> None:
    bad = ROW.replace("0017", "18").replace("Ada", "Zoë").encode("windows-1252")
    job = intake.ingest((HEADER + ACCENTS).encode() + bad)
    assert (job["visits_created"], job["rejected"], job["encoding"]) == (1, 1, "utf-8")
    assert "Zo\ufffd" in intake.rejects(job)
    assert last_names(intake) == ["Müller"]


def test_a_byte_that_windows_1252_does_not_define_leaves_a_file_utf8(intake: Intake) -> None:
    bad = ROW.replace("0017", "18").replace("Ada", "Zo\x81").encode("latin-1")
    job = intake.ingest((HEADER + ROW).encode() + bad)
    assert (job["visits_created"], job["rejected"], job["encoding"]) == (1, 1, "utf-8")


def test_a_failed_job_says_its_encoding_too(intake: Intake) -> None:
    assert intake.split(intake.put("numéro\n".encode("windows-1252"))) == []
    assert (intake.job()["status"], intake.job()["encoding"]) == ("failed", "windows-1252")
