"""The answers of an operation: each status with when it comes, its headers, its body, and an example."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from ops.description import plan_schema
from ops.description.examples import example_of
from ops.description.operations import Operation
from ops.description.schemas import Schemas, model_of
from ops.description.words.headers import OF_ANSWERS
from ops.description.words.statuses import STATUSES, has_own_sentence, sentence
from payerworks import errors
from payerworks.paging import PageQuery

Value = dict[str, Any]

PROBLEM = "ops.description.models.Problem"
_OF_ALL = (400, 413, 429, 500, 503, 504)
_OF_TOKENS = (401, 403, 415)
"""Statuses of all operations, and of those that need a token, which also look at a body that they have no use for."""
_PAUSE = ("Retry-After",)
_RATE = ("RateLimit", "RateLimit-Policy")
_REQUEST_ID: Value = {
    "description": f"{OF_ANSWERS['X-Request-Id'].text} A refusal of the gateway has it only if the caller sent one.",
    "schema": OF_ANSWERS["X-Request-Id"].schema,
    "example": OF_ANSWERS["X-Request-Id"].example,
}
"""That of problems, some of which the gateway answers."""
_OF_PROBLEMS: Mapping[int, tuple[str, ...]] = {
    401: ("Set-Cookie", "WWW-Authenticate"),
    405: ("Allow",),
    409: ("ETag", *_PAUSE),
    412: ("ETag",),
    415: ("Accept",),
    429: (*_PAUSE, *_RATE),
    503: _PAUSE,
}
"""The headers of problems."""
_CSV = {
    "list_ingest_rejects": "mrn,visit_date,line,reject_reason\r\nMRN-1001,2024-13-01,2,visit_date is not a date\r\n",
    "list_disclosures": (
        "date,recipient,address,what,purpose,call\r\n"
        "2026-11-29T10:15:00.123+00:00,Ben Moor,,medical record,emergency,6d1f0b2a9c8e47f5a3b1c0d9e8f7a6b5\r\n"
    ),
    "list_ingest_duplicates": "line,duplicate_of\r\n3,6d1f0b2a9c8e47f5a3b1c0d9e8f7a6b5\r\n",
}
_OF_MEDIA_TYPES: Mapping[str, Callable[[Operation], Value]] = {
    "text/csv": lambda operation: {"schema": {"type": "string"}, "example": _CSV[operation.name]},
    "text/html": lambda _: {"schema": {"type": "string"}, "example": "<!doctype html><title>Payerworks</title>"},
    "application/schema+json": lambda _: {
        "schema": {"type": "object", "additionalProperties": True},
        "example": {"$schema": plan_schema.DIALECT, "$id": plan_schema.ID, "type": "object"},
    },
}
"""Schema and example of what is no model's JSON."""


def responses(operation: Operation, schemas: Schemas) -> Value:
    """The responses of an operation by status; those of problems refer to what `problems` has."""
    declared = operation.declared
    described = {status: _success(operation, status, model, schemas) for status, model in declared["answers"].items()}
    for status in {*_OF_ALL, *declared["errors"], *(() if declared["public"] else _OF_TOKENS)}:
        described.setdefault(status, _problem(operation, status))
    return {str(status): described[status] for status in sorted(described)}


def problems() -> Value:
    """The responses of all problems, by status."""
    return {
        str(error.status): {
            "description": _with_type(STATUSES.get(error.status, error.title), error.status),
            "headers": _headers(*_OF_PROBLEMS.get(error.status, ())) | {"X-Request-Id": _REQUEST_ID},
            "content": {
                "application/problem+json": {
                    "schema": _ref("schemas", "Problem"),
                    "example": {
                        "type": errors.problem_type(error),
                        "title": error.title,
                        "status": error.status,
                        "detail": STATUSES.get(error.status, error.title),
                        "requestId": OF_ANSWERS["X-Request-Id"].example,
                    },
                }
            },
        }
        for _, [error, *_] in sorted(_kinds().items())
    }


def headers() -> Value:
    """The headers of answers, by name."""
    return {
        name: {
            "description": header.text,
            "required": header.required,
            "schema": header.schema,
            "example": header.example,
        }
        for name, header in OF_ANSWERS.items()
    }


def _success(operation: Operation, status: int, body: str | None, schemas: Schemas) -> Value:
    text = sentence(operation.name, status, operation.declared["headers"])
    value: Value = {"description": text, "headers": _headers("X-Request-Id", *_headers_of(operation, status))}
    if body is None:
        return value
    if body in _OF_MEDIA_TYPES:
        return value | {"content": {body: _OF_MEDIA_TYPES[body](operation)}}
    if not has_own_sentence(operation.name, status):
        value["description"] = f"{text} {schemas.summary(body)}"
    schema = schemas.reference(body)
    content = {"schema": schema, "example": example_of(schema, schemas.components)}
    return value | {"content": {"application/json": content}}


def _headers_of(operation: Operation, status: int) -> Iterator[str]:
    """The headers of an answer that is no problem, besides X-Request-Id and those that the operation declares."""
    declared = operation.declared
    taken = set(declared["headers"])
    own = declared["answer_headers"]
    # A 204 that the client prefers has the headers of the answer whose body it leaves out.
    yield from (name for names in own.values() for name in names) if status == 204 else own.get(status, ())
    if {"If-Match", "If-None-Match"} & taken and operation.method != "DELETE":
        yield "ETag"
    if "X-Session" in taken:
        yield "Set-Cookie"
    if "Idempotency-Key" in taken:
        yield "Idempotency-Replayed"
    if status == 204 and "Prefer" in taken:
        yield "Preference-Applied"
    if declared["query"] and issubclass(model_of(declared["query"]), PageQuery):
        yield "Link"


def _problem(operation: Operation, status: int) -> Value:
    reference = _ref("responses", str(status))
    declared = operation.declared
    text = sentence(operation.name, status, declared["headers"], has_body=declared["body"] is not None)
    if text == STATUSES.get(status):
        return reference
    return reference | {"description": _with_type(text, status)}


def _with_type(text: str, status: int) -> str:
    types = [f"`{errors.problem_type(error)}`" for error in _kinds()[status]]
    return f"{text} Type {' or '.join(types)}."


def _kinds() -> Mapping[int, Sequence[type[errors.PayerworksError]]]:
    """The kinds of problems by status, the usual one first. Errors of single services are never answered as such."""
    kinds: dict[int, list[type[errors.PayerworksError]]] = {}
    for kind in vars(errors).values():
        if isinstance(kind, type) and issubclass(kind, errors.PayerworksError):
            kinds.setdefault(kind.status, []).append(kind)
    return kinds


def _headers(*names: str) -> Value:
    return {name: _ref("headers", name) for name in sorted({*names})}


def _ref(section: str, name: str) -> Value:
    return {"$ref": f"#/components/{section}/{name}"}
