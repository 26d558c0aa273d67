"""The command plants faults in a copy of a small tree, and tells those that its tests notice from the others."""

import os
import pathlib
import shutil
import subprocess
import sys

import pytest

from tests.unit.conftest import ROOT

CODE = '''"""A rule."""

MOST = 3
LONGEST = 12


def is_allowed(tenant: str, number: int) -> bool:
    """Whether a tenant may."""
    return tenant == "acme" and number <= MOST


def unused(number: int) -> int:
    """Nobody calls this."""
    return number + 1
'''
TEST = """from service.rule import LONGEST, is_allowed


def test_the_tenant_decides() -> None:
    assert is_allowed("acme", 1)
    assert not is_allowed("other", 1)


def test_it_ends_at_three() -> None:
    assert is_allowed("acme", 3)
    assert not is_allowed("acme", LIMIT + 1)


def test_a_constant_that_no_function_reads() -> None:
    assert LONGEST == 12
"""


@pytest.fixture
def tree(tmp_path: pathlib.Path) -> pathlib.Path:
    """A tree with a module, its tests, and the command."""
    files = {
        "functions/service/__init__.py": "",
        "functions/service/rule.py": CODE,
        "layers/common/none.py": "",
        "cli/none.py": "",
        "tests/__init__.py": "",
        "tests/unit/__init__.py": "",
        "tests/unit/service/test_rule.py": TEST.replace("LIMIT", "3"),
        "pyproject.toml": '[tool.pytest.ini_options]\naddopts = "--import-mode=importlib"\n',
        ".gitignore": "__pycache__/\n.planted/\n",
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    shutil.copytree(ROOT / "tests/planted", tmp_path / "tests/planted")
    subprocess.run(["git", "init", "--quiet"], cwd=tmp_path, check=True)
    return tmp_path


def test_faults_that_tests_notice_are_found_and_the_others_shown(tree: pathlib.Path) -> None:
    command = [sys.executable, "-m", "tests.planted", "--rules-only", "functions/service", "--workers", "1"]
    environment = os.environ | {"PYTHONPATH": str(tree)}
    done = subprocess.run(command, cwd=tree, env=environment, capture_output=True, text=True, check=False)
    lines = done.stdout.splitlines()
    assert lines[lines.index("Not noticed:") :] == [
        "Not noticed:",
        "  functions/service/rule.py:14 unused: `number + 1` → `(number - 1)` (no test reaches it)",
        "  functions/service/rule.py:14 unused: `1` → `0` (no test reaches it)",
        "  functions/service/rule.py:14 unused: `1` → `2` (no test reaches it)",
        "8 of 11 faults found (72.7 %), 0 accepted",
    ], done.stdout + done.stderr
    assert done.returncode == 1
    assert (tree / "functions/service/rule.py").read_text() == CODE
