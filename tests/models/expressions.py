"""DynamoDB's expressions: conditions and updates on items, parsed once per text.

Source: Amazon DynamoDB Developer Guide, "Expressions". An expression that the model does not know raises ValueError.
"""

import functools
import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any, NamedTuple

Item = dict[str, Any]


class Given(NamedTuple):
    """What an expression is evaluated with: the item ({} for none), and the request's names and values."""

    item: Item
    names: dict[str, str]
    values: Item


Operand = Callable[[Given], Any]
"""Gives an attribute value such as {"S": "acme"}; None where there is none."""
Condition = Callable[[Given], bool]
Path = tuple[str | int, ...]
Action = Callable[[Given, Item], None]
"""Changes the new item; operands come from the old one."""

_TOKEN = re.compile(r"\s*(?:(:\w+)|(#?\w+)|(<>|<=|>=|[=<>(),+\-.\[\]]))")
_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "=": lambda a, b: a == b,
    "<>": lambda a, b: a != b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
}


def holds(condition: str | None, given: Given) -> bool:
    """Whether a condition holds."""
    return condition is None or _condition(condition)(given)


def updated(change: str, given: Given) -> Item:
    """The item after an update."""
    item = dict(given.item)
    for action in _update(change):
        action(given, item)
    return item


def projected(projection: str | None, given: Given) -> Item:
    """The top-level attributes that a projection names; the whole item without one."""
    if projection is None:
        return given.item
    wanted = [given.names.get(name, name) for name in re.split(r"\s*,\s*", projection.strip())]
    return {name: given.item[name] for name in wanted if name in given.item}


def sortable(value: Any) -> Any:
    """An attribute value as a key by which equal types sort."""
    [(kind, content)] = value.items()
    return Decimal(content) if kind == "N" else content


class _Parser:
    def __init__(self, text: str) -> None:
        self.text, self.tokens, self.at = text, _tokens(text), 0

    @property
    def next(self) -> str:
        return self.tokens[self.at] if self.at < len(self.tokens) else ""

    def take(self, *wanted: str) -> str:
        token = self.next
        if wanted and token.upper() not in wanted:
            raise ValueError(f"{wanted} expected, not {token!r}, in {self.text}")
        self.at += 1
        return token

    def takes(self, word: str) -> bool:
        if self.next.upper() == word:
            self.at += 1
            return True
        return False

    # ---- conditions

    def condition(self) -> Condition:
        parts = [self._all()]
        while self.takes("OR"):
            parts.append(self._all())
        return parts[0] if len(parts) == 1 else lambda given: any(part(given) for part in parts)

    def _all(self) -> Condition:
        parts = [self._not()]
        while self.takes("AND"):
            parts.append(self._not())
        return parts[0] if len(parts) == 1 else lambda given: all(part(given) for part in parts)

    def _not(self) -> Condition:
        if self.takes("NOT"):
            part = self._not()
            return lambda given: not part(given)
        if self.takes("("):
            inner = self.condition()
            self.take(")")
            return inner
        return self._test()

    def _test(self) -> Condition:
        function = _FUNCTIONS.get(self.next)
        if function:
            self.take()
            self.take("(")
            arguments = [self.operand()]
            while self.takes(","):
                arguments.append(self.operand())
            self.take(")")
            return lambda given: function(*(argument(given) for argument in arguments))
        return self._comparison(self.operand())

    def _comparison(self, left: Operand) -> Condition:
        if self.takes("BETWEEN"):
            low = self.operand()
            self.take("AND")
            high = self.operand()
            return lambda given: _compared("<=", low(given), left(given)) and _compared("<=", left(given), high(given))
        if self.takes("IN"):
            self.take("(")
            choices = [self.operand()]
            while self.takes(","):
                choices.append(self.operand())
            self.take(")")
            return lambda given: any(_compared("=", left(given), choice(given)) for choice in choices)
        sign = self.take(*_COMPARE)
        right = self.operand()
        return lambda given: _compared(sign, left(given), right(given))

    # ---- operands and paths

    def operand(self) -> Operand:
        if self.next.startswith(":"):
            name = self.take()
            return lambda given: given.values[name]
        if self.next == "size" and self.tokens[self.at + 1] == "(":
            self.take(), self.take()
            inner = self.operand()
            self.take(")")
            return lambda given: (
                None if (value := inner(given)) is None else {"N": str(len(next(iter(value.values()))))}
            )
        path = self.path()
        return lambda given: _read(given.item, path, given.names)

    def path(self) -> Path:
        steps: list[str | int] = [self.take()]
        while self.next in (".", "["):
            if self.takes("."):
                steps.append(self.take())
            else:
                self.take("[")
                steps.append(int(self.take()))
                self.take("]")
        return tuple(steps)

    # ---- updates

    def update(self) -> list[Action]:
        actions: list[Action] = []
        while self.next:
            parse = {"SET": self._set, "REMOVE": self._remove, "ADD": self._add}[
                self.take("SET", "REMOVE", "ADD").upper()
            ]
            actions.append(parse())
            while self.takes(","):
                actions.append(parse())
        return actions

    def _set(self) -> Action:
        path = self.path()
        self.take("=")
        value = self._sum()
        return lambda given, item: _write(item, path, given.names, value(given))

    def _sum(self) -> Operand:
        left = self._value()
        if self.next not in ("+", "-"):
            return left
        sign = 1 if self.take() == "+" else -1
        right = self._value()
        return lambda given: {"N": str(Decimal(left(given)["N"]) + sign * Decimal(right(given)["N"]))}

    def _value(self) -> Operand:
        if self.takes("IF_NOT_EXISTS"):
            self.take("(")
            stored, _, default = self.operand(), self.take(","), self._sum()
            self.take(")")
            return lambda given: default(given) if (value := stored(given)) is None else value
        if self.takes("LIST_APPEND"):
            self.take("(")
            left, _, right = self._value(), self.take(","), self._value()
            self.take(")")
            return lambda given: {"L": left(given)["L"] + right(given)["L"]}
        return self.operand()

    def _remove(self) -> Action:
        path = self.path()
        return lambda given, item: _write(item, path, given.names, None)

    def _add(self) -> Action:
        path, added = self.path(), self.operand()

        def add(given: Given, item: Item) -> None:
            before = _read(given.item, path, given.names) or {"N": "0"}
            _write(item, path, given.names, {"N": str(Decimal(before["N"]) + Decimal(added(given)["N"]))})

        return add


def _tokens(text: str) -> list[str]:
    tokens, at = [], 0
    while text[at:].strip():
        match = _TOKEN.match(text, at)
        if match is None:
            raise ValueError(f"unknown at {text[at:]!r} in {text}")
        tokens.append(match[match.lastindex or 0])
        at = match.end()
    return tokens


def _read(item: Item, path: Path, names: dict[str, str]) -> Any:
    value = item.get(names.get(path[0], path[0]))  # type: ignore[arg-type]
    for step in path[1:]:
        if value is None:
            return None
        if isinstance(step, int):
            value = value["L"][step] if "L" in value and step < len(value["L"]) else None
        else:
            value = value.get("M", {}).get(names.get(step, step))
    return value


def _write(item: Item, path: Path, names: dict[str, str], value: Any) -> None:
    holder = item
    *before, last = path
    for step in before:
        name = names.get(step, step)  # type: ignore[arg-type]
        if name not in holder:
            raise DocumentPathInvalid
        holder[name] = {"M": dict(holder[name]["M"])}
        holder = holder[name]["M"]
    name = names.get(last, last)  # type: ignore[arg-type]
    if value is None:
        holder.pop(name, None)
    else:
        holder[name] = value


class DocumentPathInvalid(Exception):
    """An update sets a member of a map that is not there: DynamoDB answers ValidationException."""


def _compared(sign: str, left: Any, right: Any) -> bool:
    if left is None or right is None or left.keys() != right.keys():
        return sign == "<>" and left is not None and right is not None
    return _COMPARE[sign](sortable(left), sortable(right))


def _length(value: Any) -> Any:
    return None if value is None else {"N": str(len(next(iter(value.values()))))}


def _contains(whole: Any, part: Any) -> bool:
    if whole is None:
        return False
    [(kind, content)] = whole.items()
    return part in content if kind == "L" else next(iter(part.values())) in content


_FUNCTIONS: dict[str, Callable[..., bool]] = {
    "attribute_exists": lambda value: value is not None,
    "attribute_not_exists": lambda value: value is None,
    "begins_with": lambda value, start: value is not None and value.get("S", "").startswith(start["S"]),
    "contains": _contains,
}


@functools.cache
def _condition(text: str) -> Condition:
    parser = _Parser(text)
    condition = parser.condition()
    if parser.next:
        raise ValueError(f"{parser.next!r} is too much in {text}")
    return condition


@functools.cache
def _update(text: str) -> list[Action]:
    return _Parser(text).update()
