"""Files of the caller: what an error says of them, and when they are written over."""

import errno
import gzip
import json
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payerworks_cli.api import Api
from payerworks_cli.errors import BadInput
from payerworks_cli.json_lines import line_of
from payerworks_cli.local_files import read_json, reason, write_whole
from tests.unit.cli.conftest import printed, run
from tests.unit.cli.pseudo_terminal import on_terminal
from tests.unit.cli.test_claims import CLAIM
from tests.unit.cli.test_ingest import BAD, HEADER

LIBRARY_WORDS = ("Errno", "Expecting", "codec", "Not a gzipped", "Error -", "Traceback", "No such file or directory")


@pytest.fixture
def job_id(stack_dir: Path) -> str:
    """The job of a file with two rejected rows."""
    file = stack_dir / "visits.csv"
    file.write_text("\n".join((HEADER, BAD.format(1, "x"), BAD.format(2, "y"))), encoding="utf-8")
    job: dict[str, Any] = json.loads(printed(run(stack_dir, "ingest", file, "--json")))["items"][0]
    return str(job["task_id"])


def test_an_existing_file_is_left_alone_where_nobody_can_be_asked(stack_dir: Path, job_id: str) -> None:
    file = stack_dir / "rejects.csv"
    file.write_text("mine")
    file.chmod(0o640)
    refused = run(stack_dir, "jobs", "rejects", job_id, "-o", file)
    assert refused.exit_code == 1
    assert refused.stderr == f"Error: {file} exists already and was left alone; --force writes over it.\n"
    assert file.read_text() == "mine"
    printed(run(stack_dir, "jobs", "rejects", job_id, "-o", file, "-f"))
    assert file.read_text().count("\n") == 3
    assert file.stat().st_mode & 0o777 == 0o640


@pytest.mark.parametrize(("typed", "code", "content"), [("y\n", 0, HEADER), ("n\n", 1, "mine"), ("\n", 1, "mine")])
def test_on_a_terminal_it_is_asked_first(stack_dir: Path, job_id: str, typed: str, code: int, content: str) -> None:
    file = stack_dir / "r.csv"
    file.write_text("mine")
    arguments = ("jobs", "rejects", job_id, "-o", str(file), "--stack-dir", str(stack_dir))
    ended, said = on_terminal(200, *arguments, typed=typed)
    assert (ended, file.read_text()[: len(content)]) == (code, content)
    assert "exists already. Write over it? [y/N]" in said


def test_rejects_are_one_json_object_if_asked(stack_dir: Path, job_id: str) -> None:
    csv = run(stack_dir, "jobs", "rejects", job_id).stdout_bytes.decode()
    items = json.loads(printed(run(stack_dir, "jobs", "rejects", job_id, "--json")))["items"]
    assert [(row["line"], row["mrn"], row["reason"]) for row in items] == [(2, "7", "x"), (3, "7", "y")]
    assert all("birth_date" in row["reject_reason"] for row in items)
    file = stack_dir / "new.csv"
    told = json.loads(printed(run(stack_dir, "jobs", "rejects", job_id, "--json", "-o", file)))
    assert told == {"ok": True, "job": job_id, "file": str(file), "rejects": 2}
    assert file.read_bytes().decode() == csv


def test_a_file_that_cannot_be_written_whole_is_not_written_at_all(tmp_path: Path) -> None:
    def broken() -> Any:
        yield b"first"
        raise OSError(errno.ENOSPC, "No space left on device")

    (tmp_path / "r.csv").write_text("mine")
    with pytest.raises(BadInput, match=r"r.csv cannot be written: its disk is full\."):
        write_whole(tmp_path / "r.csv", broken())
    assert [path.read_text() for path in tmp_path.iterdir()] == ["mine"]
    with pytest.raises(BadInput, match="there is no such file or folder"):
        write_whole(tmp_path / "none" / "r.csv", [])
    write_whole(Path(os.devnull), [b"x"])


@pytest.mark.parametrize("number", [None, errno.ENOENT, errno.EIO])
def test_the_reason_of_a_file_is_in_our_own_words(number: int | None) -> None:
    error = OSError(number, os.strerror(number)) if number else OSError("Not a gzipped file (b'no')")
    assert str(error) not in reason(error)
    assert "Errno" not in reason(error)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b'{"a": 1,\n "b" 2}', "x.json is not JSON: line 2, column 6 breaks its rules."),
        (b'{"a":\n\n "\xff"}', "x.json is not JSON: line 3 is not UTF-8."),
        (b"[" * 100_000, "x.json is not JSON: it is nested too deep."),
        (b'{"a": ' + b"9" * 5000 + b"}", "x.json cannot be used: a number in it has too many digits."),
    ],
    ids=["grammar", "encoding", "depth", "digits"],
)
def test_a_file_that_is_not_json_names_the_line(tmp_path: Path, content: bytes, sentence: str) -> None:
    (tmp_path / "x.json").write_bytes(content)
    with pytest.raises(BadInput) as refused:
        read_json(tmp_path / "x.json")
    assert str(refused.value) == f"{tmp_path}/{sentence}"


def test_a_refused_claim_is_named_by_file_and_line(stack_dir: Path) -> None:
    file = stack_dir / "claims.json"
    spelled = {"Submitted Procedure": "X1"} | {k: v for k, v in CLAIM.items() if k != "submitted_procedure"}
    file.write_text(json.dumps([CLAIM, CLAIM | {"provider_npi": "12"}, spelled], indent=1), encoding="utf-8")
    lines = run(stack_dir, "claims", "post", file).stderr.splitlines()
    assert lines[0].startswith(f"Error: {file}: Bad input: ")
    text = file.read_text().splitlines()
    npi, procedure = (text.index(f'  "{shown}",') + 1 for shown in ('provider_npi": "12', 'Submitted Procedure": "X1'))
    assert lines[1].startswith(f"  {file}, line {npi}, /1/provider_npi: ")
    assert lines[2].startswith(f"  {file}, line {procedure}, /2/Submitted Procedure: ")


def test_a_refused_mapping_is_named_by_its_own_file(stack_dir: Path) -> None:
    (stack_dir / "clinic.json").write_text('{\n "columns": {"mrn": "A"},\n "date_format": 1.5\n}', encoding="utf-8")
    (stack_dir / "visits.csv").write_text("A\n1\n")
    said = run(stack_dir, "ingest", stack_dir / "visits.csv", "--mapping", stack_dir / "clinic.json").stderr
    assert f"{stack_dir / 'visits.csv'}: Bad input: " in said
    assert f"{stack_dir / 'clinic.json'}, line 3, /date_format: " in said


@pytest.mark.parametrize(
    ("name", "content"),
    [("a.csv.gz", b"no gzip"), ("b.csv.gz", gzip.compress(b"a" * 9999, mtime=0)[:-9]), ("plan.json", b"{")],
    ids=["no gzip", "half of a gzip", "no JSON"],
)
def test_no_library_speaks(tmp_path: Path, stack_dir: Path, name: str, content: bytes) -> None:
    (tmp_path / "data").mkdir()
    damaged = bytearray(content)
    damaged[10:12] = b"\xff\xff"
    for number, variant in enumerate((content, bytes(damaged))):
        (tmp_path / "data" / name).write_bytes(variant)
        said = run(stack_dir, "run", "--dry-run", "--data", tmp_path / "data").output
        assert name in said, number
        assert not [words for words in LIBRARY_WORDS if words in said]


def test_a_file_that_is_not_there_is_said_in_our_words(stack_dir: Path, api: Api) -> None:
    for arguments in (("claims", "post"), ("plans", "create"), ("plans", "replace")):
        said = run(stack_dir, *arguments, stack_dir / "none.json").stderr
        assert said == f"Error: {stack_dir / 'none.json'} cannot be read: there is no such file or folder.\n"


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(json_values)
def test_every_value_is_found_on_its_line(value: Any) -> None:
    text = json.dumps(value, indent=1)
    for pointer, inner in _places(value):
        line = line_of(text, pointer)
        assert line
        shown = text.splitlines()[line - 1].strip().rstrip(",")
        beginning = json.dumps(inner, indent=1).splitlines()[0]
        assert shown.endswith(beginning)


def _places(value: Any, pointer: str = "") -> Any:
    yield pointer, value
    members = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, inner in members:
        yield from _places(inner, f"{pointer}/{str(name).replace('~', '~0').replace('/', '~1')}")
