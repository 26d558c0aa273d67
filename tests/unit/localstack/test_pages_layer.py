"""The build of the pages: small files with hashes in their names, of pinned packages, and nothing from elsewhere."""

import base64
import hashlib
import json
import re
import subprocess
from pathlib import Path

import pytest

from localstack.layout import ROOT, TOOLS

LAYER = ROOT / "layers/pages"
ADDRESS = re.compile(r"https?://")
FIRST_VIEW_BYTES = 200_000


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pages")
    subprocess.run([TOOLS / "node/bin/node", "build.js", folder], cwd=LAYER, check=True)
    return folder


@pytest.mark.parametrize("page", ["console", "docs", "redoc"])
def test_a_page_loads_files_of_its_own_alone_and_checks_them(built: Path, page: str) -> None:
    html = (built / f"{page}.html").read_text()
    assert not ADDRESS.search(html)
    tags = re.findall(r'<(?:script|link)[^>]* (?:src|href)="(assets/[^"]+)"(?: integrity="sha384-([^"]+)")?', html)
    assert tags
    for url, integrity in tags:
        content = (built / url).read_bytes()
        assert re.search(r"-[0-9A-Z]{8}\.\w+$", url), f"{url} has no hash in its name"
        if integrity:
            assert base64.b64encode(hashlib.sha384(content).digest()).decode() == integrity
    assert "<script>" not in html
    assert "style=" not in html


def test_the_first_view_of_the_console_is_small_even_uncompressed(built: Path) -> None:
    html = (built / "console.html").read_text()
    files = [built / url for url in re.findall(r'"(assets/[^"]+)"', html)]
    assert len(files) <= 4, "each file is a call of a function"
    assert len(html) + sum(file.stat().st_size for file in files) < FIRST_VIEW_BYTES


def test_a_second_build_is_the_same(built: Path, tmp_path: Path) -> None:
    subprocess.run([TOOLS / "node/bin/node", "build.js", tmp_path], cwd=LAYER, check=True)
    first, second = (
        {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}
        for folder in (built, tmp_path)
    )
    assert first == second


def test_packages_are_pinned_without_addresses() -> None:
    lock = (LAYER / "package-lock.json").read_text()
    assert not ADDRESS.search(lock)
    packages = json.loads(lock)["packages"]
    assert all(package["integrity"].startswith("sha512-") for path, package in packages.items() if path)
    wanted = json.loads((LAYER / "package.json").read_text())
    versions = {**wanted["dependencies"], **wanted["devDependencies"]}.values()
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in versions)
