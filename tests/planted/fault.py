"""A fault: one change of one file."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Fault:
    """Replace the bytes `start` to before `end` of a file; `lines` are those by which tests reach it.

    where   the function or class that has it; empty at the top of the module
    change  what it does, in words or as old and new text
    names   what a statement outside of functions defines: tests reach it by the uses of these names
    tests   the files of the tests to run, where no line leads to them
    """

    file: str
    start: int
    end: int
    new: str
    lines: range
    where: str
    change: str
    names: frozenset[str] = frozenset()
    tests: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        return f"{self.file}:{self.lines.start} {self.where or '-'}: {self.change}"

    def planted(self, root: Path) -> bytes:
        """The file's content with the fault."""
        content = (root / self.file).read_bytes()
        return content[: self.start] + self.new.encode() + content[self.end :]
