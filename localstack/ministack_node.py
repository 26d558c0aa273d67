"""Run MiniStack with one unpacked copy of each function and layer; run by .tools/servers' Python.

python -m localstack.ministack_node COPIES

MiniStack unpacks a function's code and layers into a new folder for each worker it starts. Here the first worker
unpacks a zip, and the folder of every worker links to that copy. Lambda's disk is read-only, so workers can share it.
"""

import hashlib
import importlib.metadata
import logging
import os
import shutil
import sys
import tempfile
import threading
import zipfile
from pathlib import Path
from types import SimpleNamespace
from typing import Self

VERSION = "1.5.33"
"""Of MiniStack, whose `Worker._spawn` was read to write this."""
KEPT = 8
"""Copies that outlive the emulator, the last ones used: two layers, the functions, and what was deployed before."""


class UnpackedOnce:
    """Stands in for the `zipfile.ZipFile` of `Worker._spawn`: a worker's folder becomes a link to the shared copy."""

    copies: Path
    unpacking = threading.Lock()

    def __init__(self, path: str) -> None:
        self.path = Path(path)
        self.copy = self.copies / hashlib.sha256(self.path.read_bytes()).hexdigest()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        # The emulator reads a worker's zip no more.
        self.path.unlink()

    def namelist(self) -> list[str]:
        """The names to check before they are unpacked: none where that was done."""
        if self.copy.exists():
            return []
        with zipfile.ZipFile(self.path) as packed:
            return packed.namelist()

    def extractall(self, folder: str) -> None:
        """Make the empty `folder` a link to the copy, which is renamed once it is unpacked: it is whole or absent."""
        with self.unpacking:
            if self.copy.exists():
                os.utime(self.copy)
            else:
                draft = tempfile.mkdtemp(dir=self.copies)
                with zipfile.ZipFile(self.path) as packed:
                    packed.extractall(draft)
                Path(draft).rename(self.copy)
        Path(folder).rmdir()
        Path(folder).symlink_to(self.copy)


def unpack_once(copies: Path) -> None:
    """Let MiniStack's workers share what is unpacked in `copies`; another version than VERSION stays as it is."""
    from ministack.core import lambda_runtime

    installed = importlib.metadata.version("ministack")
    if installed != VERSION:
        logging.getLogger(__name__).warning(
            "MiniStack is %s: localstack/ministack_node.py shares unpacked zips only with %s.", installed, VERSION
        )
        return
    copies.mkdir(parents=True, exist_ok=True)
    for old in sorted(copies.iterdir(), key=lambda copy: copy.stat().st_mtime)[:-KEPT]:
        shutil.rmtree(old)
    UnpackedOnce.copies = copies
    lambda_runtime.zipfile = SimpleNamespace(**vars(zipfile) | {"ZipFile": UnpackedOnce})


def run(copies: Path) -> None:
    # Workers inherit the environment, and must not import from the project.
    os.environ.pop("PYTHONPATH", None)
    from ministack.app import main

    unpack_once(copies)
    del sys.argv[1:]  # MiniStack reads its own options there
    main()


if __name__ == "__main__":
    run(Path(sys.argv[1]))
