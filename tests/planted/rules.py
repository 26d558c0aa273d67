"""Faults by rule: each syntax tree's places where one small change makes another program."""

import ast
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TypeVar

from tests.planted.fault import Fault

Member = TypeVar("Member")

_FLIPPED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
}
_OTHER_CALL = {"max": "min", "min": "max", "any": "all", "all": "any"}
_OTHER_OPERATOR: dict[type[ast.operator], type[ast.operator]] = {ast.Add: ast.Sub, ast.Sub: ast.Add}
_WORDS = frozenset(
    {
        "description",
        "examples",
        "extra",
        "detail",
        "log",
        "title",
        "headers",
        "errors",
        "body",
        "body_types",
        "query",
        "json_schema_extra",
    }
)
"""Keywords of words for people, and of the API description, which a test of its own compares."""
_LOGS = re.compile(r"(logger\(\)\.\w+|log_call|log_unexpected|count|record)$")
_SMALL = 10
_SKIPPED = (ast.JoinedStr, ast.Constant)
_CONDITION = re.compile(r"attribute_(?:not_)?exists\(\w+\)|[#\w]+ (?:=|<|>|<=|>=|<>) :\w+|begins_with\(\w+, :\w+\)")
_TYPES = frozenset({"bool", "bytes", "dict", "float", "frozenset", "int", "list", "set", "str", "tuple"})
_Body = ast.FunctionDef | ast.ClassDef


def faults_of(root: Path, file: str) -> list[Fault]:
    """All faults of a file, in the order of its lines, none twice."""
    source = (root / file).read_text()
    found = {(fault.start, fault.end, fault.new): fault for fault in _Places(file, source).faults()}
    return sorted(found.values(), key=lambda fault: (fault.start, fault.end, fault.new))


def names_at(source: str, line: int) -> frozenset[str]:
    """The names that the statement with a line defines, if it is not in a function: what runs as the module loads."""
    body: list[ast.stmt] = ast.parse(source).body
    names: frozenset[str] = frozenset()
    while body:
        found = [each for each in body if each.lineno <= line <= (each.end_lineno or 0)]
        body = []
        for statement in found:
            if isinstance(statement, ast.FunctionDef):
                return frozenset()
            if isinstance(statement, ast.ClassDef):
                names, body = names or frozenset({statement.name}), statement.body
            else:
                names = names or _defined(statement)
    return names


class _Places:
    def __init__(self, file: str, source: str) -> None:
        self._file, self._tree = file, ast.parse(source)
        self._source = source.encode()
        self._starts = [0]
        for line in self._source.splitlines(keepends=True):
            self._starts.append(self._starts[-1] + len(line))

    def faults(self) -> Iterator[Fault]:
        yield from self._in_body(self._tree.body, "", frozenset(), in_function=False)

    def _in_body(
        self, body: list[ast.stmt], where: str, names: frozenset[str], *, in_function: bool
    ) -> Iterator[Fault]:
        for statement in body:
            if isinstance(statement, _Body):
                yield from self._in_definition(statement, where, names, in_function=in_function)
                continue
            if not in_function and isinstance(statement, ast.Assign) and _is_type(statement.value):
                continue  # an alias, which only the type checker reads
            known = frozenset() if in_function else names or _defined(statement)
            for place in _own(statement):
                yield from self._in_expression(place, statement, where, known)
            if in_function:
                yield from self._of_statement(statement, where)
            for block in _blocks(statement):
                yield from self._in_body(block, where, names, in_function=in_function)

    def _in_definition(
        self, definition: _Body, where: str, names: frozenset[str], *, in_function: bool
    ) -> Iterator[Fault]:
        """The faults of a function with the defaults of its parameters, or of a class with its keywords."""
        inner, known = f"{where}.{definition.name}".lstrip("."), names or frozenset({definition.name})
        is_function = isinstance(definition, ast.FunctionDef)
        if isinstance(definition, ast.FunctionDef):
            beside = [*definition.args.defaults, *filter(None, definition.args.kw_defaults)]
        else:
            beside = [keyword.value for keyword in definition.keywords]
        for expression in beside:
            yield from self._in_expression(expression, definition, inner, known)
        yield from self._in_body(definition.body, inner, known, in_function=in_function or is_function)

    def _fault(
        self, node: ast.expr | ast.stmt, new: str, statement: ast.stmt, where: str, names: frozenset[str]
    ) -> Fault:
        start = self._starts[node.lineno - 1] + node.col_offset
        end = self._starts[(node.end_lineno or 0) - 1] + (node.end_col_offset or 0)
        old = self._source[start:end].decode()
        last = node.end_lineno or node.lineno
        lines = range(node.lineno, last + 1)
        if isinstance(node, ast.stmt) and _blocks(node):
            lines = range(node.lineno, node.lineno + 1)
        return Fault(self._file, start, end, new, lines, where, f"{_short(old)} → {_short(new)}", names)

    def _of_statement(self, statement: ast.stmt, where: str) -> Iterator[Fault]:
        """A statement left out, a branch never taken, an error not caught."""
        match statement:
            case ast.Expr(ast.Call() as called) if not _LOGS.fullmatch(ast.unparse(called.func)):
                yield self._fault(statement, "pass", statement, where, frozenset())
            case ast.Raise() | ast.AugAssign() | ast.Delete() | ast.Continue() | ast.Break():
                yield self._fault(statement, "pass", statement, where, frozenset())
            case ast.Assign([ast.Attribute() | ast.Subscript()]):
                yield self._fault(statement, "pass", statement, where, frozenset())
            case ast.If(test) | ast.While(test):
                yield self._fault(test, "False", statement, where, frozenset())
            case ast.Try(handlers=handlers):
                for handler in handlers:
                    if handler.type is not None:
                        yield self._fault(handler.type, "()", statement, where, frozenset())

    def _in_expression(self, node: ast.AST, statement: ast.stmt, where: str, names: frozenset[str]) -> Iterator[Fault]:
        if isinstance(node, ast.expr):
            for new in _changed(node):
                yield self._fault(node, new, statement, where, names)
        if isinstance(node, ast.comprehension):
            for condition in node.ifs:
                yield self._fault(condition, "True", statement, where, names)
        if isinstance(node, _SKIPPED) or _is_for_people(node):
            return
        for child in ast.iter_child_nodes(node):
            if not (isinstance(child, ast.keyword) and child.arg in _WORDS):
                yield from self._in_expression(child, statement, where, names)


def _is_for_people(node: ast.AST) -> bool:
    """Whether a call logs, or makes an error: its words may change."""
    if not isinstance(node, ast.Call):
        return False
    called = ast.unparse(node.func)
    return bool(_LOGS.fullmatch(called)) or called.endswith(
        ("Fault", "Logger", "partial", "TypeVar", "http_operation", "WithJsonSchema", "_schema")
    )


def _is_type(node: ast.expr) -> bool:
    """Whether an expression is a type, such as `Paid | None`; not `A_FLAG | ANOTHER`, nor `Annotated`, which checks."""
    match node:
        case ast.Name(name) | ast.Attribute(attr=name):
            return name in _TYPES or (name[0].isupper() and not name.isupper())
        case ast.BinOp(left, ast.BitOr(), right):
            return _is_type(left) and _is_type(right)
        case ast.Subscript(ast.Name(name) | ast.Attribute(attr=name) as outer):
            return name != "Annotated" and _is_type(outer)
        case ast.Constant(value):
            return value is None
    return False


def _changed(node: ast.expr) -> Iterator[str]:
    """The texts that may stand in an expression's place."""
    yield from _of_operators(node)
    yield from _of_constants(node)
    yield from _of_parts(node)


def _of_operators(node: ast.expr) -> Iterator[str]:
    match node:
        case ast.Compare(ops=[operator]) if type(operator) in _FLIPPED:
            yield _written(ast.Compare(node.left, [_FLIPPED[type(operator)]()], node.comparators))
        case ast.BoolOp(operator, values):
            for dropped in values:
                rest = [value for value in values if value is not dropped]
                yield _written(rest[0] if len(rest) == 1 else ast.BoolOp(operator, rest))
        case ast.UnaryOp(ast.Not(), operand):
            yield _written(operand)
        case ast.BinOp(left, operator, right) if type(operator) in _OTHER_OPERATOR:
            yield _written(ast.BinOp(left, _OTHER_OPERATOR[type(operator)](), right))
        case ast.BinOp(left, ast.BitOr(), _):
            yield _written(left)
        case ast.IfExp(_, body, orelse):
            yield from (_written(body), _written(orelse))


def _of_constants(node: ast.expr) -> Iterator[str]:
    match node:
        case ast.Constant(bool() as value):
            yield str(not value)
        case ast.Constant(int() as value):
            # Of a limit or a duration, one more is often the same to everybody.
            yield from map(str, (value + 1, value - 1) if value < _SMALL else (value * 2, value // 2))
        case ast.Constant(str() as value):
            yield from map(repr, _weaker(value))


def _of_parts(node: ast.expr) -> Iterator[str]:
    """A text, a dictionary or a call without one of its parts; another call."""
    match node:
        case ast.JoinedStr(values):
            for number, value in enumerate(values):
                if isinstance(value, ast.FormattedValue):
                    yield ast.unparse(ast.JoinedStr(_without(values, number)))
        case ast.Dict(keys, values) if len(keys) > 1:
            for number in [number for number, key in enumerate(keys) if key is not None]:
                yield ast.unparse(ast.Dict(_without(keys, number), _without(values, number)))
        case ast.Call(function, arguments, keywords) if not _is_for_people(node):
            name = function.id if isinstance(function, ast.Name) else ""
            if name in _OTHER_CALL:
                yield _written(ast.Call(ast.Name(_OTHER_CALL[name]), arguments, keywords))
            for number, keyword in enumerate(keywords):
                if keyword.arg is not None and keyword.arg not in _WORDS:
                    yield ast.unparse(ast.Call(function, arguments, _without(keywords, number)))


def _without(members: Sequence[Member], number: int) -> list[Member]:
    return [*members[:number], *members[number + 1 :]]


def _weaker(text: str) -> Iterator[str]:
    """An expression of DynamoDB in which one of its conditions holds for every item that exists, or is left out."""
    if not _CONDITION.search(text) or text.startswith(("SET ", "REMOVE ", ", ")):
        return
    joint = " OR " if " OR " in text else " AND "
    conditions = re.split(rf"{joint}(?!:)", text)  # not that of BETWEEN
    for number, condition in enumerate(conditions):
        # DynamoDB refuses values that no condition uses.
        weaker = [f"({condition} OR attribute_exists(pk))"] if ":" in condition and joint == " AND " else []
        yield joint.join([*conditions[:number], *weaker, *conditions[number + 1 :]])


def _written(node: ast.expr) -> str:
    return f"({ast.unparse(node)})"


def _defined(statement: ast.stmt) -> frozenset[str]:
    """The names that a statement defines."""
    targets = statement.targets if isinstance(statement, ast.Assign) else [getattr(statement, "target", None)]
    return frozenset(target.id for target in targets if isinstance(target, ast.Name))


def _own(statement: ast.stmt) -> Iterator[ast.AST]:
    """The expressions of a statement itself, without those of the blocks in it, annotations, docstrings and words."""
    if isinstance(statement, ast.Import | ast.ImportFrom) or isinstance(
        getattr(statement, "value", None), ast.Constant
    ):
        if isinstance(statement, ast.Assign | ast.AnnAssign | ast.Return) and statement.value is not None:
            yield statement.value
        return
    if isinstance(statement, ast.Raise):
        return
    for name, member in ast.iter_fields(statement):
        if name in ("body", "orelse", "finalbody", "handlers", "annotation", "targets", "target", "cases"):
            continue
        yield from (each for each in (member if isinstance(member, list) else [member]) if isinstance(each, ast.AST))


def _blocks(statement: ast.stmt) -> list[list[ast.stmt]]:
    blocks = [getattr(statement, name, []) for name in ("body", "orelse", "finalbody")]
    blocks += [handler.body for handler in getattr(statement, "handlers", [])]
    blocks += [case.body for case in getattr(statement, "cases", [])]
    return [block for block in blocks if block]


def _short(text: str) -> str:
    words = " ".join(text.split())
    return f"`{words}`" if len(words) <= 100 else f"`{words[:48]} … {words[-48:]}`"
