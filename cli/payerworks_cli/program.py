"""How the user's shell calls this command, for the commands that messages suggest."""

import shlex
import shutil
import sys
from pathlib import Path

NAME = "payerworks"


def program() -> str:
    """The command's name, or its path if a shell would not find it by its name."""
    path = Path(sys.executable).with_name(NAME)
    if shutil.which(NAME) or not path.is_file():
        return NAME
    return shlex.quote(str(path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path))
