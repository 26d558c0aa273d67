"""Each path of the API description with another's id, by every caller: answered as if nothing had that id.

The cases come from the description. A path, a filter or a member of a body that these tests do not know fails them.
"""

import functools
import json
import re
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple
from urllib.parse import quote

import httpx
import pytest
from moto.dynamodb.models import DynamoDBBackend

from ops.description import api_description
from payerworks.http import EVERY_ROUTE
from tests.unit import aws_in_process
from tests.unit.auth.access_world import ABSENT_ID, SIGHT, Thing, World, ask, built
from tests.unit.conftest import TEMPLATE, api_event
from tests.unit.dynamodb_faults import Faults, injected, stored
from tests.unit.fake_opensearch import FakeOpenSearch
from tests.unit.intake.conftest import insert_batch

PLACES = {
    "/admin/queues/{name}": "queue",
    "/api/v1/appointments/{id}": "appointment",
    "/api/v1/doctors/me/patients/{id}": "patient",
    "/api/v1/doctors/{id}": "doctor",
    "/api/v1/institutions/{id}": "institution",
    "/api/v1/patients/{id}": "patient",
    "/api/v1/patients/{id}/{kind}": "entries",
    "/api/v1/patients/{id}/{kind}/{entry_id}": "entry",
    "/auth/passkeys/{id}": "passkey",
    "/auth/sessions/{id}": "session",
    "/claims/{id}": "claim",
    "/clients/{id}": "client",
    "/ingest/{task_id}": "job",
    "/patients/{id}": "registry patient",
    "/users/{id}": "user",
    "/users/{id}/sessions/{session_id}": "session of a user",
    "/v1/plan/es_plan/{id}": "plan",
    "/v1/plan/{id}": "plan",
}
"""What the last parameter of a path names, by the path up to it; queues are no one's."""
SHOW_DELETED = re.compile(r"(list_(institution|doctor|patient)_history|restore_\w+)")
"""The operations that show deleted people to whoever has the right."""
MAY_BE_EMPTY = {"get_indexed_plan", "list_ingest_rejects", "list_ingest_duplicates"}
"""Those that show what the world has none of: documents of OpenSearch, rows of a file that was read."""


class Operation(NamedTuple):
    """An operation of the description; `body` has the members of its body."""

    name: str
    method: str
    path: str
    query: frozenset[str]
    headers: frozenset[str]
    body: frozenset[str]

    @property
    def kind(self) -> str:
        """What its path names; empty if it has no parameter."""
        return PLACES[self.path[: self.path.rindex("}") + 1]] if "{" in self.path else ""

    def at(self, parameters: Sequence[str]) -> str:
        """The path with these parameters, percent-encoded."""
        left = iter(parameters)
        return re.sub(r"{\w+}", lambda _: quote(next(left), safe=""), self.path)

    def example(self) -> tuple[Any, dict[str, str]]:
        """The body of the event in `events/`, and the header with its type."""
        event = api_event(_module(self.name).replace(".", "/"))
        typed = {name: text for name, text in event["headers"].items() if name.lower() == "content-type"}
        return (json.loads(event["body"]), typed) if event["body"] else (None, {})


@functools.cache
def _module(operation: str) -> str:
    logical_id = "".join(map(str.capitalize, operation.split("_")))
    return str(TEMPLATE.template["Resources"][logical_id]["Properties"]["Handler"]).removesuffix(".handler")


@functools.cache
def _document() -> dict[str, Any]:
    document: dict[str, Any] = json.loads(api_description.FILE.read_text())
    return document


def _resolved(value: dict[str, Any]) -> dict[str, Any]:
    """What a reference of the description leads to."""
    while "$ref" in value:
        value = functools.reduce(lambda at, name: at[name], value["$ref"].split("/")[1:], _document())
    return value


def _members(schema: dict[str, Any]) -> set[str]:
    schema = _resolved(schema)
    parts = [part for word in ("anyOf", "oneOf", "allOf") for part in schema.get(word, ())]
    parts += [schema["items"]] if "items" in schema else []
    return set(schema.get("properties", ())).union(*map(_members, parts))


@functools.cache
def operations() -> list[Operation]:
    """The operations that need a token."""
    return [
        _operation(method, path, described)
        for path, methods in _document()["paths"].items()
        for method, described in methods.items()
        if method != "parameters" and described.get("security") != []
    ]


def _operation(method: str, path: str, described: dict[str, Any]) -> Operation:
    parameters = [_resolved(each) for each in described.get("parameters", ())]
    query, headers = (
        frozenset(each["name"] for each in parameters if each["in"] == place) for place in ("query", "header")
    )
    content = described.get("requestBody", {}).get("content", {})
    body = frozenset().union(*(_members(each["schema"]) for each in content.values()))
    return Operation(described["operationId"], method.upper(), path, query, headers, body)


_kept: list[tuple[World, aws_in_process.Backends]] = []


@pytest.fixture
def world(opensearch: FakeOpenSearch, monkeypatch: pytest.MonkeyPatch) -> World:
    """The world as it was built, once for all tests of a process."""
    monkeypatch.setattr(DynamoDBBackend, "batch_execute_statement", insert_batch)
    if not _kept:
        _kept.append((built(), aws_in_process.kept()))
    aws_in_process.put_back(_kept[0][1])
    return _kept[0][0]


@pytest.fixture
def calls(world: World) -> Iterator[Faults]:
    """The calls of DynamoDB, none of which fails."""
    ask(world.tokens["admin"], "GET", "/api/v1/specialties")  # The authorizer has read the keys of tokens from now on.
    with injected() as faults:
        yield faults


class Asked(NamedTuple):
    """An answer with all that tells it from another one, and the calls of DynamoDB that it took."""

    answer: httpx.Response
    told: tuple[int, str, list[tuple[str, str]]]
    took: list[tuple[str, ...]]


def asked(
    calls: Faults, world: World, caller: str, operation: Operation, parameters: Sequence[str], **more: Any
) -> Asked:
    """Call an operation with the body of its example."""
    calls.none()
    body, typed = operation.example()
    if operation.kind == "plan" and "objectId" in (body or ()):
        body["objectId"] = parameters[0]
    headers = {**typed, **more.get("headers", {})}
    path = operation.at(parameters) + more.get("search", "")
    answer = ask(world.tokens[caller], operation.method, path, more.get("body", body), headers)
    assert answer.status_code < 500, (operation.name, caller, answer.text)
    took = [_described(request.operation, request.body) for request in calls.requests]
    return Asked(answer, (answer.status_code, answer.text, sorted(answer.headers.items())), took)


def _described(operation: str, body: dict[str, Any]) -> tuple[str, ...]:
    """A call of DynamoDB by what decides how long it takes: operation, tables and index."""
    parts = [next(iter(part.values())) for part in body.get("TransactItems", ())]
    tables = [each["TableName"] for each in (body, *parts) if "TableName" in each] + sorted(
        body.get("RequestItems", ())
    )
    return operation, *tables, body.get("IndexName", "")


def sees(operation: Operation, caller: str, thing: Thing) -> bool:
    """Whether a caller who has the right to an operation sees a thing there."""
    return caller in thing.seen_by and (not thing.is_deleted or bool(SHOW_DELETED.fullmatch(operation.name)))


def able(world: World, operation: Operation) -> list[str]:
    """The callers who have the right to an operation."""
    rights = {f"{operation.method} {operation.path}", EVERY_ROUTE}
    return [name for name in world.tokens if rights & world.rights[name]]


def callers(world: World, operation: Operation) -> list[str]:
    """Those who have the right and one of each kind of the others; test_every_route.py has them all."""
    others: dict[str, str] = {}
    for name in world.tokens.keys() - set(able(world, operation)):
        kind = name.split()[0]
        others[kind if kind in ("staff", "service", "of") else "person"] = name
    return [*able(world, operation), *others.values()]


def check_unmarked(world: World, caller: str, answer: httpx.Response, where: str) -> None:
    """Assert that an answer names nothing that the caller cannot know."""
    shown = answer.text + str(answer.headers)
    named = [text for text, met_by in world.marks if caller not in met_by and text in shown]
    assert not named, (where, caller, named)


ON_THINGS = [each for each in operations() if each.path[: each.path.rfind("}") + 1] in PLACES and each.kind != "queue"]


def test_these_tests_know_every_path() -> None:
    unknown = {each.path for each in operations() if "{" in each.path} - {each.path for each in ON_THINGS}
    assert {path for path in unknown if not path.startswith("/admin/queues/{name}")} == set()


def _conditions(operation: Operation) -> list[dict[str, str]]:
    """Headers whose answer tells whether a thing is there."""
    tags = {"If-Match": '"1"', "If-None-Match": "*"}
    names = operation.headers - ({"If-None-Match"} if operation.name == "replace_plan" else set())  # it would make one
    return [{name: tag} for name, tag in tags.items() if name in names]


@pytest.mark.parametrize("operation", ON_THINGS, ids=lambda operation: operation.name)
def test_anothers_thing_is_answered_as_one_that_is_absent(world: World, calls: Faults, operation: Operation) -> None:
    before = stored()
    for caller in callers(world, operation):
        hidden = [thing for thing in world.things[operation.kind] if not sees(operation, caller, thing)]
        cases = [
            (thing, headers)
            for headers in ({}, *_conditions(operation))
            for thing in (hidden if not headers else hidden[:1])
        ]
        absent: dict[tuple[Any, ...], Asked] = {}
        for thing, headers in cases:
            key = thing.absent, *headers
            if key not in absent:
                absent[key] = asked(calls, world, caller, operation, thing.absent, headers=headers)
            others = asked(calls, world, caller, operation, thing.parameters, headers=headers)
            assert (others.told, others.took) == (absent[key].told, absent[key].took), (caller, thing, headers)
            assert others.answer.status_code in (401, 403, 404, 409, 412), (caller, others.told)
            if others.answer.status_code == 403:
                break
    assert stored() == before


READS = [each for each in ON_THINGS if each.method == "GET"]


@pytest.mark.parametrize("operation", READS, ids=lambda operation: operation.name)
def test_whoever_sees_a_thing_reads_it_and_nothing_of_others(world: World, calls: Faults, operation: Operation) -> None:
    for caller in able(world, operation):
        for thing in (thing for thing in world.things[operation.kind] if sees(operation, caller, thing)):
            answer = asked(calls, world, caller, operation, thing.parameters).answer
            if answer.status_code == 403:
                break
            is_there = answer.status_code == 200 or operation.name in MAY_BE_EMPTY
            assert is_there, (caller, thing, answer.text)
            check_unmarked(world, caller, answer, operation.name)


MALFORMED = ("..", "#", f"{ABSENT_ID}#PROFILE", "a/b", "DELETED", "-", "\0", "\U0001f4a9", "x" * 1001, "%23")


@pytest.mark.parametrize("operation", ON_THINGS, ids=lambda operation: operation.name)
def test_a_malformed_id_is_an_absent_one(world: World, calls: Faults, operation: Operation) -> None:
    before = stored()
    places = operation.path.count("{")
    absent = world.things[operation.kind][0].absent
    people = [name for name in able(world, operation) if name in SIGHT]
    for caller in ("admin", *people[:1]):
        for text in MALFORMED:
            answer = asked(calls, world, caller, operation, (*absent[: places - 1], text)).answer
            assert answer.status_code in (400, 403, 404), (caller, text, answer.text)
            if answer.status_code == 403:
                break
    assert stored() == before


ON_ALL = [each for each in operations() if each.method == "GET" and "{" not in each.path]
FILTERS = {
    "doctor_id": "doctor",
    "institution_id": "institution",
    "patient_id": "patient",
    "subscriber_number": "subscriber number",
    "mrn": "MRN",
    "key": "file",
}
"""The query parameters that name a thing."""
HARMLESS = re.compile(
    r"limit|cursor|page|page_size|status|from|to|deleted|last_name|first_name|name|type|role|region|is_verified|is_active"
    r"|accredited_until|specialty_id|professional_status|validation_status|index|repair|partial|service_date_\w+|_org"
    r"|planType|version|asOf|q|level|(deductible|copay|coinsurance|annualMaximum|creationDate)_\w+|objectType|facets|after"
    r"|parent_type|day|objectId_prefix"
    # Of the ledger, which only those may read who may see all of their tenant.
    r"|patient|user|operation"
)
"""Those that name none, or only a part of what is the tenant's own."""
OF_TENANTS = {"provider_npi", "email", "id", "plan"}
"""Those whose values may be the same in two tenants: test_lists_show_nothing_of_others covers them."""


def test_these_tests_know_every_filter() -> None:
    names = {name for each in operations() for name in each.query}
    assert {name for name in names if not HARMLESS.fullmatch(name)} == FILTERS.keys() | OF_TENANTS


@pytest.mark.parametrize("operation", ON_ALL, ids=lambda operation: operation.name)
def test_lists_show_nothing_of_others(world: World, calls: Faults, operation: Operation) -> None:
    for caller in able(world, operation):
        for search in ("", *("?deleted=true" for name in operation.query if name == "deleted")):
            answer = asked(calls, world, caller, operation, (), search=search).answer
            check_unmarked(world, caller, answer, operation.name)
            if answer.status_code == 403:
                break
        for name in sorted(operation.query & FILTERS.keys()):
            if answer.status_code != 403:
                _check_filter(world, calls, caller, operation, name)


def _check_filter(world: World, calls: Faults, caller: str, operation: Operation, name: str) -> None:
    """A filter by what the caller cannot know finds what a filter by an absent thing finds."""
    absent = asked(calls, world, caller, operation, (), search=f"?{name}={ABSENT_ID}")
    for text, met_by in world.named[FILTERS[name]]:
        others = asked(calls, world, caller, operation, (), search=f"?{name}={quote(text)}")
        check_unmarked(world, caller, others.answer, f"{operation.name} {name}")
        if caller not in met_by:
            assert (others.told, others.took) == (absent.told, absent.took), (caller, name, text)


def test_a_list_of_ones_own_filters_by_what_one_knows(world: World, calls: Faults) -> None:
    """So that the tests of filters are not about empty lists."""
    operation = next(each for each in operations() if each.name == "list_appointments")
    for caller, search in (("ann", ""), ("north", f"?doctor_id={world.ids['ann']}"), ("of both", "")):
        assert asked(calls, world, caller, operation, (), search=search).answer.json()["items"], caller


NAMING = {"doctor_id": "doctor", "institution_id": "institution", "patient_id": "patient"}
"""The members of bodies that name a thing."""
NAMING_NOTHING = {"specialty_id", "reference_id", "client_id", "plan_group_number", "objectId"}
"""Members like ids that name reference data, what only administrators give, or what the call itself makes."""
ON_NAMES = [each for each in operations() if each.body & NAMING.keys()]


def test_these_tests_know_every_member_of_a_body_that_is_an_id() -> None:
    names = {name for each in operations() for name in each.body if re.search(r"_ids?$|Ids?$", name)}
    assert names == (NAMING.keys() | NAMING_NOTHING) & (names | NAMING.keys())


@pytest.mark.parametrize("operation", ON_NAMES, ids=lambda operation: operation.name)
def test_another_thing_in_a_body_is_answered_as_one_that_is_absent(
    world: World, calls: Faults, operation: Operation
) -> None:
    before = stored()
    for caller in able(world, operation):
        seen = [thing for thing in world.things.get(operation.kind, ()) if sees(operation, caller, thing)]
        if operation.kind and not seen:
            continue
        parameters = seen[0].parameters if seen else ()
        known = {
            "doctor_id": world.ids["ann"],
            "institution_id": world.ids["north"],
            "patient_id": world.ids["of both"],
        }
        body = operation.example()[0] | {name: known[name] for name in operation.body & NAMING.keys()}
        for name in sorted(operation.body & NAMING.keys()):
            absent = asked(calls, world, caller, operation, parameters, body=body | {name: ABSENT_ID})
            for text, met_by in world.named[NAMING[name]]:
                if caller not in met_by or text in world.deleted:
                    others = asked(calls, world, caller, operation, parameters, body=body | {name: text})
                    assert (others.told, others.took) == (absent.told, absent.took), (caller, name, text)
                    assert others.answer.status_code in (403, 404, 422), (caller, name, others.told)
    assert stored() == before


KEYED = [each for each in operations() if "Idempotency-Key" in each.headers]


@pytest.mark.parametrize("operation", KEYED, ids=lambda operation: operation.name)
def test_the_key_of_another_caller_is_a_new_one(world: World, calls: Faults, operation: Operation) -> None:
    things = world.things.get(operation.kind, ())
    thing = next((each for each in things if {"admin", "second admin"} <= each.seen_by and not each.is_deleted), None)
    parameters = thing.parameters if thing else ("IntakeChunks",) if operation.kind else ()
    keys = {"Idempotency-Key": "the first caller's"}
    asked(calls, world, "admin", operation, parameters, headers=keys)
    kept = aws_in_process.kept()
    for caller in ("second admin", "rival admin"):
        answers = []
        for key in ("the first caller's", "a key of its own"):
            aws_in_process.put_back(kept)
            answers.append(asked(calls, world, caller, operation, parameters, headers={"Idempotency-Key": key}).answer)
        assert answers[0].status_code == answers[1].status_code, [each.text for each in answers]
        assert "idempotency-replayed" not in answers[0].headers


PAGED = [each for each in operations() if "cursor" in each.query and each.path != "/v1/plan/search"]


def test_a_cursor_is_of_no_use_in_another_list_or_tenant(world: World, calls: Faults) -> None:
    seen: dict[str, tuple[Operation, tuple[str, ...]]] = {}
    for operation in PAGED:
        for thing in world.things.get(operation.kind, [Thing((), (), frozenset())]):
            answer = asked(calls, world, "admin", operation, thing.parameters, search="?limit=1").answer
            if answer.status_code == 200 and answer.json()["nextCursor"]:
                seen.setdefault(answer.json()["nextCursor"], (operation, thing.parameters))
    assert len(seen) > 5
    for cursor, (made_by, parameters) in seen.items():
        search = f"?limit=1&cursor={quote(cursor)}"
        for operation in PAGED:
            for thing in world.things.get(operation.kind, [Thing((), (), frozenset())])[:2]:
                if (operation, thing.parameters) != (made_by, parameters):
                    answer = asked(calls, world, "admin", operation, thing.parameters, search=search).answer
                    assert answer.status_code in (400, 404, 503), (operation.name, made_by.name)
        assert asked(calls, world, "rival admin", made_by, parameters, search=search).answer.status_code in (400, 404)
