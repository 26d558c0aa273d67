"""JSON text in and out: strict when read (RFC 8259, I-JSON RFC 7493), exact when written."""

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any, Never

import orjson

from payerworks.errors import BadInput, Fault

Json = Any  # a value made by `read`: None, bool, int, float, str, list, or dict with text keys

MAX_DEPTH = 100
MAX_NUMBER = 100
"""Characters of a number in what clients send; other readers refuse long ones (OpenSearch: from 1,000 digits on)."""


class ExactNumber(float):
    """A number whose text a float or 64-bit integer would lose, such as `1.10`; `write` restores the text."""

    __slots__ = ("text",)
    text: str

    def __new__(cls, text: str) -> "ExactNumber":
        number = super().__new__(cls, text)
        number.text = text
        return number


def read(text: str | bytes) -> Json:
    """The value of a JSON text.

    Raises BadInput if it is not JSON, and for NaN, infinities, overflowing numbers, duplicate keys, lone surrogates and
    nesting over 100: two readers would understand these differently.
    """
    try:
        text = text.decode() if isinstance(text, bytes) else text
        value = _decode(text)
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


def canonical(value: Json) -> bytes:
    """A text that is the same for all values that differ only in the order of their members."""
    return orjson.dumps(value, default=_exact, option=orjson.OPT_SORT_KEYS)


def _exact(value: object) -> orjson.Fragment:
    if isinstance(value, ExactNumber):
        return orjson.Fragment(value.text)
    raise TypeError(f"{type(value).__name__} is not a JSON value")


def _number(text: str) -> float:
    number = float(text)
    if number in (float("inf"), float("-inf")):
        raise BadInput("The body contains a number that is too large.")
    return number if repr(number) == text else ExactNumber(text)


def _integer(text: str) -> int | float:
    return int(text) if len(text) < 19 and text != "-0" else _number(text)


def _no_constant(name: str) -> Never:
    raise BadInput(f"The body contains {name}, which is not JSON.")


class _DuplicateName(Exception):
    """An object has two members of the same name."""


class _Members(list[tuple[str, Json]]):
    """The members of an object in their order, including those of the same name."""


def _unique(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    members = dict(pairs)
    if len(members) < len(pairs):
        raise _DuplicateName
    return members


_decoder = json.JSONDecoder(
    object_pairs_hook=_unique, parse_float=_number, parse_int=_integer, parse_constant=_no_constant
)
_decoder_of_duplicates = json.JSONDecoder(
    object_pairs_hook=_Members, parse_float=_number, parse_int=_integer, parse_constant=_no_constant
)


def _decode(text: str) -> Json:
    try:
        return _decoder.decode(text)
    except _DuplicateName:
        # Inner objects are decoded before outer ones, so their places are known only when all of the text is decoded.
        duplicates = _duplicates(_decoder_of_duplicates.decode(text))
        raise BadInput("The body contains a key twice in one object.", errors=duplicates) from None


def _duplicates(document: Json) -> list[Fault]:
    """A fault for each name that appears more than once in an object, in the order of the text."""
    faults = []
    rest = [("", document)]
    while rest:
        place, value = rest.pop()
        if isinstance(value, _Members):
            counts = Counter(name for name, _ in value)
            faults += [Fault(place + pointer(name), "appears twice") for name in counts if counts[name] > 1]
            rest += [(place + pointer(name), member) for name, member in reversed(value)]
        elif isinstance(value, list):
            rest += [(place + pointer(number), value[number]) for number in reversed(range(len(value)))]
    return faults


def pointer(*tokens: str | int) -> str:
    """The JSON pointer (RFC 6901) made of the names and indexes of a path."""
    return "".join("/" + str(token).replace("~", "~0").replace("/", "~1") for token in tokens)


def check_depth(value: Json) -> None:
    """Raise BadInput if a value is nested deeper than 100; safe for any depth, as it does not recurse."""
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


def long_numbers(value: Json, *path: str | int) -> Iterator[Fault]:
    """A fault for each number in a value that has more than MAX_NUMBER characters; `path` leads to the value."""
    members = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, member in members:
        if isinstance(member, dict | list):
            yield from long_numbers(member, *path, key)
        elif isinstance(member, ExactNumber) and len(member.text) > MAX_NUMBER:
            yield Fault(pointer(*path, key), f"is a number of more than {MAX_NUMBER} characters")


def _check_surrogates(value: Json) -> None:
    try:
        orjson.dumps(value, default=_exact)
    except TypeError:
        raise BadInput("The body contains a lone surrogate, which is not a character.") from None
