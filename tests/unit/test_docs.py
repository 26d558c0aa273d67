"""The documents are true: their links lead somewhere, and every path, target and command that they name exists."""

import ast
import functools
import importlib
import pathlib
import re
from collections.abc import Iterator
from typing import Any

import pytest
from typer.main import get_command

from auth.users.rights import table
from payerworks_cli.command_line import app
from tests.unit.conftest import ROOT

PAGES = [*(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")), *sorted(ROOT.glob("docs/*.md"))]
SERVICES = sorted(file.parent.name for file in ROOT.glob("functions/*/__init__.py"))
every_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)

BLOCK = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
FENCE = re.compile(r"^```[a-z]*\n(.*?)^```", re.MULTILINE | re.DOTALL)
PYTHON = re.compile(r"^```python\n(.*?)^```", re.MULTILINE | re.DOTALL)
TO_CREATE = re.compile(r"Create `[^`\n]+`")
CODE = re.compile(r"`([^`\n]+)`")
LINK = re.compile(r"\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
PLACEHOLDER = re.compile(r"<[a-z_]+>")
BARE = re.compile(r"\w[\w-]*\.(py|md|toml|yaml)")
SCHEME = re.compile(r"[a-z]+:")
TARGET = re.compile(r"^([a-z-]+):", re.MULTILINE)
MAKE = re.compile(r"(?<![\w-])make (?:[A-Z_]+=\S+ )*([a-z][a-z-]*)")
COMMAND = re.compile(r"(?<![\w/.-])(?<!from )(?:\.venv/bin/)?payerworks((?: [a-z][a-z|_-]*)+)")

OBJECT = re.compile(r"patients/(posted/|.+/mapping\.json)")
"""A key of the intake bucket, one of whose folders has the name of a service."""

TOP = {file.name for file in ROOT.iterdir() if file.is_dir() and not file.name.startswith(".")} - {"build"}
DATA = (".csv", ".csv.gz", ".json.gz")
"""Endings of files that users bring."""
FILES = {file.name for name in TOP for file in (ROOT / name).rglob("*.*")} | {file.name for file in ROOT.iterdir()}


def prose(page: pathlib.Path) -> str:
    """A page without its blocks of code."""
    return BLOCK.sub("", page.read_text())


def code(page: pathlib.Path) -> list[str]:
    """What a page shows as code: the spans in backticks, and each line of the blocks."""
    blocks = FENCE.findall(page.read_text())
    return [*CODE.findall(prose(page)), *(line for block in blocks for line in block.splitlines())]


def anchors(page: pathlib.Path) -> set[str]:
    """The anchors of a page's headings, as GitHub makes them."""
    found: dict[str, int] = {}
    for heading in HEADING.findall(prose(page)):
        text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading)
        anchor = re.sub(r"[^\w\- ]", "", text.strip().lower()).replace(" ", "-")
        number = found.get(anchor, 0)
        found[anchor] = number + 1
        if number:
            found[f"{anchor}-{number}"] = 1
    return set(found)


def targets() -> set[str]:
    return set(TARGET.findall((ROOT / "Makefile").read_text()))


@functools.cache
def commands() -> set[str]:
    """Every command of the command line, such as `plans get`; groups too."""
    names: set[str] = set()

    def collect(command: Any, path: str) -> None:
        for name, each in getattr(command, "commands", {}).items():
            names.add(f"{path}{name}")
            collect(each, f"{path}{name} ")

    collect(get_command(app), "")
    return names


def is_path(text: str) -> bool:
    """Whether a span of code names a file or a folder of the project."""
    if not re.fullmatch(r"[\w./<>*{},-]+", text) or text.endswith(DATA) or OBJECT.fullmatch(text):
        return False
    first, slash, _ = text.partition("/")
    return (bool(slash) and (first in TOP or first in SERVICES)) or bool(BARE.fullmatch(text))


def exists(text: str, page: pathlib.Path) -> bool:
    """Whether a path from the root, from functions/ or from the page's folder names something; <x> matches anything."""
    if "/" not in text:
        return text in FILES
    pattern = re.sub(r"[{][^}]*[}]", "*", PLACEHOLDER.sub("*", text)).rstrip("/")
    return any(next(folder.glob(pattern), None) for folder in (ROOT, ROOT / "functions", page.parent))


@every_page
def test_links_lead_to_files_and_headings_of_the_project(page: pathlib.Path) -> None:
    broken = []
    for link in LINK.findall(prose(page)):
        name, _, anchor = link.partition("#")
        if SCHEME.match(link):
            continue
        target = (page.parent / name).resolve() if name else page
        if not target.exists():
            broken.append(f"{link}: there is no such file")
        elif anchor and anchor not in anchors(target):
            broken.append(f"{link}: {target.name} has no such heading")
    assert not broken, f"correct these links of {page.name}: {broken}"


@every_page
def test_paths_in_backticks_exist(page: pathlib.Path) -> None:
    # What a reader is told to create does not exist yet.
    named = CODE.findall(TO_CREATE.sub("", prose(page)))
    missing = [text for text in named if is_path(text) and not exists(text, page)]
    assert not missing, f"{page.name} names files that do not exist; correct or remove them: {missing}"


@every_page
def test_named_tests_exist(page: pathlib.Path) -> None:
    named = re.findall(r"`(tests/[\w/]+\.py)::(test_\w+)`", prose(page))
    missing = [name for path, name in named if f"def {name}(" not in (ROOT / path).read_text()]
    assert not missing, f"{page.name} names tests that do not exist; correct or remove them: {missing}"


@every_page
def test_make_targets_exist(page: pathlib.Path) -> None:
    named = {name for text in code(page) for name in MAKE.findall(text)}
    assert named <= targets(), f"{page.name} names targets that the Makefile lacks: {sorted(named - targets())}"


def named_commands(text: str) -> Iterator[str]:
    """The commands that a text names; `plans get|history` names two, and what follows a command is its argument."""
    known = commands()
    groups = {name.partition(" ")[0] for name in known if " " in name}
    for found in COMMAND.findall(text):
        first, *rest = found.split()
        if first in groups and rest:
            yield from (f"{first} {name}" for name in rest[0].split("|"))
        else:
            yield first


@every_page
def test_commands_of_payerworks_exist(page: pathlib.Path) -> None:
    missing = sorted({name for text in code(page) for name in named_commands(text)} - commands())
    assert not missing, f"{page.name} names commands that payerworks lacks: {missing}"


def test_the_page_of_rights_has_the_table_of_the_code() -> None:
    page = (ROOT / "docs/rights.md").read_text()
    assert page.endswith(f"\n\n{table()}\n"), "print it again: python -m auth.users.rights"


def test_the_readme_shows_where_a_line_belongs() -> None:
    """Its table "Find your way" names only folders and files that exist, and every service."""
    _, _, section = (ROOT / "README.md").read_text().partition("## Find your way\n")
    section = section.partition("\n## ")[0]
    rows = [line for line in section.splitlines() if line.startswith("|")]
    named = [text for row in rows for text in CODE.findall(row)]
    assert set(SERVICES) <= set(named), f"the README's table of services lacks {sorted(set(SERVICES) - set(named))}"
    places = [text for text in named if "/" in text and is_path(text)]
    assert len(places) >= 5, "the README's table of places names no folders"
    assert [place for place in places if not exists(place, ROOT / "README.md")] == []


def test_what_these_tests_look_for_is_found() -> None:
    """Each pattern finds something: a test that looks at nothing cannot fail."""
    readme = ROOT / "README.md"
    assert LINK.findall(prose(readme))
    assert [text for text in CODE.findall(prose(readme)) if is_path(text)]
    assert {"run", "test"} <= {name for text in code(readme) for name in MAKE.findall(text)}
    assert set(named_commands("payerworks plans get|history")) == {"plans get", "plans history"}
    assert set(named_commands(".venv/bin/payerworks ingest visits.csv")) == {"ingest"}
    assert "queues-and-dead-messages" in anchors(ROOT / "docs/claims.md")
    assert not exists("functions/<service>/no_such_operation.py", readme)


@every_page
def test_shown_python_imports_what_exists(page: pathlib.Path) -> None:
    to_create = set(re.findall(r"Create `(?:\w+/)*(\w+)\.py`", page.read_text()))
    imports = [
        (statement.module, alias.name)
        for block in PYTHON.findall(page.read_text())
        for statement in ast.walk(ast.parse(block))
        if isinstance(statement, ast.ImportFrom) and statement.module
        for alias in statement.names
    ]
    missing = [
        f"{module}.{name}" for module, name in imports if name not in to_create and not _is_importable(module, name)
    ]
    assert not missing


def _is_importable(module: str, name: str) -> bool:
    try:
        return hasattr(importlib.import_module(module), name) or bool(importlib.import_module(f"{module}.{name}"))
    except ModuleNotFoundError:
        return False


PICTURES = ROOT / "docs/pictures"
SHOWN = re.compile(r"(?:\]\(|(?:src|srcset)=\")([^)\"\s]+\.png)")
TAKEN = re.compile(r"picture\(\s*\"([\w-]+)\"")
OF_BOTH_THEMES = re.compile(r"\[\(False, \"([\w-]+)\"\), \(True, \"([\w-]+)\"\)\]")
PNG_WIDTH = slice(16, 20)
MOST_BYTES = 120_000


def test_documents_show_the_pictures_that_the_tour_takes_and_no_others() -> None:
    shown = {(page.parent / name).resolve() for page in PAGES for name in SHOWN.findall(prose(page))}
    stored = set(PICTURES.iterdir())
    test = (ROOT / "tests/browser/test_tour.py").read_text()
    names = {*TAKEN.findall(test), *(name for pair in OF_BOTH_THEMES.findall(test) for name in pair)}
    assert len(names) >= 10
    assert stored == {PICTURES / f"{name}.png" for name in names}, "take them again: make pictures"
    assert shown == stored, "show each picture in a document, or take it no more"


def test_pictures_have_one_width_and_are_small() -> None:
    for picture in PICTURES.iterdir():
        content = picture.read_bytes()
        assert int.from_bytes(content[PNG_WIDTH]) == 1280, picture.name
        assert len(content) <= MOST_BYTES, f"{picture.name} has {len(content)} bytes: let it end earlier"


@every_page
def test_pictures_have_texts_for_those_who_do_not_see_them(page: pathlib.Path) -> None:
    text = page.read_text()
    assert "![](" not in text
    assert all('alt="' in image for image in re.findall(r"<img [^>]*>", text))
