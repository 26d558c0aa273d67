"""Files of the caller, read whole."""

import json
from codecs import BOM_UTF8
from decimal import Decimal
from pathlib import Path
from typing import Any

from payerworks_cli.errors import BadInput


def read_bytes(path: Path) -> bytes:
    """A file's bytes without a byte order mark. Raises BadInput."""
    try:
        return path.read_bytes().removeprefix(BOM_UTF8)
    except OSError as error:
        raise BadInput(f"{path} cannot be read: {error.strerror}.") from error


def read_json(path: Path) -> Any:
    """The value of a JSON file, with exact numbers. Raises BadInput."""
    try:
        return json.loads(read_bytes(path), parse_float=Decimal)
    except (ValueError, RecursionError) as error:
        raise BadInput(f"{path} is not JSON: {error}.") from None
