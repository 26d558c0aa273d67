"""Where a value is in a JSON text."""

import json
import re

_DECODER = json.JSONDecoder()
_BLANKS = re.compile(r"[ \t\r\n]*")


def line_of(text: str, pointer: str) -> int | None:
    """The line of the value that a JSON pointer names, or else of the nearest value around it.

    None if not even the pointer's first part is there. The text must be valid JSON.
    """
    at = _after_blanks(text, 0)
    tokens = [token.replace("~1", "/").replace("~0", "~") for token in pointer.split("/")[1:]]
    for depth, token in enumerate(tokens):
        inner = _member(text, at, token)
        if inner is None:
            if depth == 0:
                return None
            break
        at = inner
    return text.count("\n", 0, at) + 1


def _member(text: str, at: int, token: str) -> int | None:
    """Where the value of a member or entry begins in the object or list at a place; None if there is none."""
    kind, number, place = text[at], 0, _after_blanks(text, at + 1)
    if kind not in "{[":
        return None
    while text[place] not in "}]":
        name = str(number)
        if kind == "{":
            name, place = _DECODER.raw_decode(text, place)
            place = _after_blanks(text, _after_blanks(text, place) + 1)  # past the colon
        if name == token:
            return place
        place = _after_blanks(text, _DECODER.raw_decode(text, place)[1])
        if text[place] == ",":
            place = _after_blanks(text, place + 1)
        number += 1
    return None


def _after_blanks(text: str, place: int) -> int:
    blanks = _BLANKS.match(text, place)
    return blanks.end() if blanks else place
