"""Headers of writes: the version that a change is for, and the key that makes a repeat safe."""

import uuid
from typing import Annotated

import typer

IfMatch = Annotated[
    str | None, typer.Option(metavar="ETAG", help="Only if it still has this ETag, which the command `get` shows.")
]


def if_match_header(if_match: str | None) -> dict[str, str]:
    """The header If-Match, if there is an ETag; it may be given without its quotation marks."""
    if if_match is None:
        return {}
    return {"If-Match": if_match if if_match == "*" or if_match.endswith('"') else f'"{if_match}"'}


def key_header() -> dict[str, str]:
    """A new Idempotency-Key: a call that is asked again because the service was busy is done once."""
    return {"Idempotency-Key": uuid.uuid4().hex}
