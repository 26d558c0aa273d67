"""The hand-written faults apply to the tree, and those by rule are programs."""

import ast
import pathlib
import re

import pytest

from tests.planted.accepted import ACCEPTED
from tests.planted.listed import LISTED, Gone, Listed
from tests.planted.modules import MODULES
from tests.planted.rules import faults_of
from tests.unit.conftest import ROOT


@pytest.mark.parametrize("listed", LISTED, ids=lambda listed: f"{listed.file}: {listed.effect}")
def test_a_listed_fault_applies(listed: Listed) -> None:
    planted = listed.fault(ROOT).planted(ROOT).decode()
    assert planted != (ROOT / listed.file).read_text()
    if listed.file.endswith(".py"):
        ast.parse(planted)


def test_a_fault_whose_text_is_gone_or_ambiguous_says_so(tmp_path: pathlib.Path) -> None:
    (tmp_path / "code.py").write_text("one = 1\ntwo = 1\n")
    fault = Listed("code.py", "two = 1", "two = 2", "two is not one").fault(tmp_path)
    assert fault.planted(tmp_path) == b"one = 1\ntwo = 2\n"
    assert fault.title == "code.py:2 listed: two is not one"
    for old, why in (("three = 1", "is gone"), ("= 1", "occurs more than once")):
        with pytest.raises(Gone, match=f"this fault no longer applies: its text {why}: code.py: an effect"):
            Listed("code.py", old, "= 2", "an effect").fault(tmp_path)


CODE = '''"""A module."""

LIMIT = 24 * 3600
Outcome = dict[str, int] | Paid | None
FLAGS = re.DOTALL | re.ASCII
Amount = Annotated[int, Field(ge=7)]


def read(tenant: str, name: str, *, strict: bool = True) -> str:
    """Read it."""
    if name is None or not strict:
        raise ValueError("there is none")
    log_call("read", name=name)
    log = Logger(service="rule", use_rfc3339=True)
    put(f"{tenant}#{name}", condition="attribute_not_exists(pk) OR version = :v")
    try:
        return find([entry for entry in table if entry.tenant == tenant], limit=2)
    except LookupError:
        return max(name, tenant)
'''


def test_faults_by_rule(tmp_path: pathlib.Path) -> None:
    (tmp_path / "code.py").write_text(CODE)
    faults = faults_of(tmp_path, "code.py")
    for fault in faults:
        ast.parse(fault.planted(tmp_path))
    changes = {fault.change for fault in faults}
    for change in (
        "`24` → `48`",
        "`re.DOTALL | re.ASCII` → `(re.DOTALL)`",
        "`7` → `8`",
        "`True` → `False`",
        "`name is None or not strict` → `(name is None)`",
        "`name is None or not strict` → `False`",
        "`name is None` → `(name is not None)`",
        "`not strict` → `(strict)`",
        '`raise ValueError("there is none")` → `pass`',
        "`f\"{tenant}#{name}\"` → `f'#{name}'`",
        "`\"attribute_not_exists(pk) OR version = :v\"` → `'version = :v'`",
        "`entry.tenant == tenant` → `True`",
        "`entry.tenant == tenant` → `(entry.tenant != tenant)`",
        "`2` → `1`",
        "`LookupError` → `()`",
        "`max(name, tenant)` → `(min(name, tenant))`",
    ):
        assert change in changes
    # No test can notice another alias of types, and people alone read logs and docstrings.
    assert not [change for change in changes if re.search("log_call|Logger|Read it|Paid", change)]
    assert {fault.where for fault in faults} == {"", "read"}


def test_the_modules_that_are_guarded_are_there() -> None:
    assert [path for path in MODULES if not (ROOT / path).exists()] == []


@pytest.mark.parametrize("entry", ACCEPTED, ids=lambda entry: f"{entry.file} {entry.where}: {entry.change}")
def test_an_accepted_fault_is_still_one(entry: object) -> None:
    file, where, change, reason = entry  # type: ignore[misc]
    assert reason
    assert (where, change) in {(fault.where, fault.change) for fault in faults_of(ROOT, file)}
