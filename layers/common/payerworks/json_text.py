"""JSON text in and out: strict when read (RFC 8259, I-JSON RFC 7493), exact when written."""

import json
from collections.abc import Iterable
from typing import Any, Never

import orjson

from payerworks.errors import BadInput, Fault

Json = Any  # a value made by `read`: None, bool, int, float, str, list, or dict with text keys

MAX_DEPTH = 100


class ExactNumber(float):
    """A number whose text no float or 64-bit integer gives back, such as `1.10`; `write` gives it back as it came."""

    __slots__ = ("text",)
    text: str

    def __new__(cls, text: str) -> "ExactNumber":
        number = super().__new__(cls, text)
        number.text = text
        return number


def read(text: str | bytes) -> Json:
    """The value of a JSON text.

    Raises BadInput for what is no JSON, and for NaN, infinities and numbers that overflow, duplicate keys, lone
    surrogates and nesting over 100: two readers would understand these differently.
    """
    try:
        text = text.decode() if isinstance(text, bytes) else text
        value = _decoder.decode(text)
    except UnicodeDecodeError:
        raise BadInput("The body is not UTF-8.") from None
    except json.JSONDecodeError as error:
        raise BadInput(f"The body is not JSON: {error.msg} at line {error.lineno}, column {error.colno}.") from None
    except RecursionError:
        raise BadInput(f"The document is nested deeper than {MAX_DEPTH} levels.") from None
    check_depth(value)
    if "\\u" in text:
        _check_surrogates(value)
    return value


def write(value: Json) -> str:
    """The compact JSON text of a value, members in their order, numbers as they were read."""
    return orjson.dumps(value, default=_exact).decode()


def _exact(value: object) -> orjson.Fragment:
    if isinstance(value, ExactNumber):
        return orjson.Fragment(value.text)
    raise TypeError(f"{type(value).__name__} is no JSON value")


def _number(text: str) -> float:
    number = float(text)
    if number in (float("inf"), float("-inf")):
        raise BadInput("The body holds a number that is too large.")
    return number if repr(number) == text else ExactNumber(text)


def _integer(text: str) -> int | float:
    return int(text) if len(text) < 19 and text != "-0" else _number(text)


def _no_constant(name: str) -> Never:
    raise BadInput(f"The body holds {name}, which is not JSON.")


def _unique(pairs: Iterable[tuple[str, Json]]) -> dict[str, Json]:
    members = list(pairs)
    found = dict(members)
    if len(found) != len(members):
        seen: set[str] = set()
        for name, _ in members:
            if name in seen:
                raise BadInput("The body holds a key twice in one object.", errors=[Fault(pointer(name), "twice")])
            seen.add(name)
    return found


_decoder = json.JSONDecoder(
    object_pairs_hook=_unique, parse_float=_number, parse_int=_integer, parse_constant=_no_constant
)


def pointer(*tokens: str | int) -> str:
    """The JSON pointer (RFC 6901) of a place, given as the names and indexes that lead to it."""
    return "".join("/" + str(token).replace("~", "~0").replace("/", "~1") for token in tokens)


def check_depth(value: Json) -> None:
    """Raise BadInput where a value is nested deeper than 100, however deep that is."""
    level: list[Json] = [value]
    for _ in range(MAX_DEPTH):
        level = [
            child
            for parent in level
            if isinstance(parent, dict | list)
            for child in (parent.values() if isinstance(parent, dict) else parent)
            if isinstance(child, dict | list)
        ]
        if not level:
            return
    raise BadInput(f"The document is nested deeper than {MAX_DEPTH} levels.")


def _check_surrogates(value: Json) -> None:
    try:
        orjson.dumps(value, default=_exact)
    except TypeError:
        raise BadInput("The body holds a lone surrogate, which is no character.") from None
