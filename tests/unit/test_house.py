"""What holds a function together: its file, logical id, handler, route, description and rights say the same."""

import ast
import importlib
import json
import pathlib
import re
import sys
import types
from collections.abc import Iterator
from typing import Any

import pydantic
import pytest

from auth.users.rights import ROLES, ROUTES, USER_TYPES
from localstack.lint_template import translate
from ops.description import api_description
from ops.queues.queues import FAILURES
from payerworks.http import HttpHandler
from tests.unit.conftest import ROOT, Call, api_event
from tests.unit.template import load, routes_of

Properties = dict[str, Any]

LOADED = load(ROOT / "template.yaml")
RESOURCES: dict[str, Properties] = LOADED["Resources"]
MOST_RESOURCES = 450
LAMBDA_ENVIRONMENT_BYTES = 4096
INVOKED_BY_PEOPLE = {"CreateFirstAdmin", "RebuildAudit", "RecountTotals", "RotateTokenKeys"}
GREEDY = "{proxy+}"
"""The path of all other routes; what answers there is not described."""
ROUTE = re.compile(r"([A-Z]+ /\S*): .+")


def of_type(kind: str) -> dict[str, Properties]:
    found = {name: resource for name, resource in RESOURCES.items() if resource["Type"] == kind}
    return {name: resource.get("Properties", {}) for name, resource in found.items()}


FUNCTIONS = of_type("AWS::Serverless::Function")
every_function = pytest.mark.parametrize("name", FUNCTIONS)


def events(name: str, *kinds: str) -> list[Properties]:
    """The properties of a function's events of some types; of all types where none is named."""
    found = FUNCTIONS[name].get("Events", {}).values()
    return [event["Properties"] for event in found if not kinds or event["Type"] in kinds]


ROUTES_OF = {name: [route for route in routes_of(LOADED) if route.function == name] for name in FUNCTIONS}


def routes(name: str) -> set[str]:
    return {route.name for route in ROUTES_OF[name]}


def source(name: str) -> pathlib.Path:
    service, operation, _ = FUNCTIONS[name]["Handler"].split(".")
    return ROOT.joinpath("functions", service, f"{operation}.py")


def declared_route(file: pathlib.Path) -> set[str]:
    """The route in the first line of a module's docstring."""
    first = (ast.get_docstring(ast.parse(file.read_text())) or "").split("\n")[0]
    route = ROUTE.fullmatch(first)
    return {route[1]} if route else set()


def has_handler(file: pathlib.Path) -> bool:
    for node in ast.parse(file.read_text()).body:
        targets = node.targets if isinstance(node, ast.Assign) else [node]
        names = {getattr(target, "id", None) or getattr(target, "name", None) for target in targets}
        if "handler" in names:
            return True
    return False


@every_function
def test_file_handler_and_logical_id_are_one_name(name: str) -> None:
    _, operation, attribute = FUNCTIONS[name]["Handler"].split(".")
    expected = "".join(word.capitalize() for word in operation.split("_"))
    assert expected == name, f"name the resource {name} of template.yaml {expected}, after its file"
    assert attribute == "handler"
    assert source(name).exists(), f"template.yaml declares {name}: write {source(name).relative_to(ROOT)}"


@every_function
def test_a_function_has_a_test_of_its_own(name: str) -> None:
    service, operation, _ = FUNCTIONS[name]["Handler"].split(".")
    test = pathlib.Path("tests/unit", service, f"test_{operation}.py")
    assert (ROOT / test).exists(), f"write {test}"


def test_every_handler_is_deployed() -> None:
    files = {file for file in (ROOT / "functions").glob("*/*.py") if has_handler(file)}
    missing = files - {source(name) for name in FUNCTIONS}
    assert not missing, f"declare a function in template.yaml for {sorted(map(str, missing))}"
    assert files == {source(name) for name in FUNCTIONS}


def test_only_operations_stand_at_the_top_of_a_service() -> None:
    files = [file for file in (ROOT / "functions").glob("*/*.py") if file.name != "__init__.py"]
    others = [str(file.relative_to(ROOT)) for file in files if not has_handler(file)]
    assert others == [], "these have no handler: move them into a folder of the service"


def test_no_module_imports_an_operation() -> None:
    operations = {f"{file.parent.name}.{file.stem}" for file in (ROOT / "functions").glob("*/*.py")}
    operations -= {name for name in operations if name.endswith("__init__")}
    for file in (ROOT / "functions").rglob("*.py"):
        named = operations & imported(file)
        assert not named, f"{file.relative_to(ROOT)} imports {named}: move what they share into a folder of the service"


def imported(file: pathlib.Path) -> set[str]:
    """The dotted names of everything that a module imports, wherever it does."""
    nodes = list(ast.walk(ast.parse(file.read_text())))
    names = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    for node in nodes:
        if isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return names


@every_function
def test_the_models_that_an_operation_names_exist(name: str) -> None:
    service, operation, _ = FUNCTIONS[name]["Handler"].split(".")
    handler = importlib.import_module(f"{service}.{operation}").handler
    if isinstance(handler, HttpHandler):
        declared = handler.description
        for model in {declared["body"], declared["query"], *declared["answers"].values()} - {None}:
            if "/" in model:
                continue  # a media type
            module, _, attribute = model.rpartition(".")
            assert issubclass(getattr(importlib.import_module(module), attribute), pydantic.BaseModel), model


@every_function
def test_the_route_is_the_one_in_the_docstring(name: str) -> None:
    declared = declared_route(source(name))
    # A greedy path has at least one segment, so the root beside it is a route of its own.
    declared |= {route.removesuffix(GREEDY) for route in declared if route.endswith(GREEDY)}
    assert routes(name) == declared, "docstring (first line) and route in template.yaml must be the same"


@every_function
def test_an_https_operation_declares_itself(name: str) -> None:
    service, operation, _ = FUNCTIONS[name]["Handler"].split(".")
    handler = importlib.import_module(f"{service}.{operation}").handler
    assert isinstance(handler, HttpHandler) == bool(routes(name))
    for route in ROUTES_OF[name]:
        assert handler.description["public"] == route.public
        example = pathlib.Path("events", service, f"{operation}.json")
        assert (ROOT / example).exists(), f"add an event of this call: {example}"


@every_function
def test_what_an_event_starts_is_named_after_it(name: str) -> None:
    assert not (events(name) and routes(name))
    assert bool(events(name)) == name.startswith("On")
    if not events(name) and not routes(name):
        assert name in INVOKED_BY_PEOPLE | {"AuthorizeToken"}


def test_every_operation_is_described_and_nothing_else() -> None:
    document = json.loads(api_description.FILE.read_text())
    described = {
        f"{method.upper()} {path}": operation["operationId"]
        for path, item in document["paths"].items()
        for method, operation in item.items()
        if method != "parameters"
    }
    described_functions = [name for name in FUNCTIONS if not any(route.endswith(GREEDY) for route in routes(name))]
    deployed = {route: source(name).stem for name in described_functions for route in routes(name)}
    assert described == deployed, "describe the API again: .venv/bin/python -m ops.description.api_description"


@every_function
def test_a_batch_reports_what_failed_of_it(name: str) -> None:
    for event in events(name, "SQS", "DynamoDB"):
        assert event["FunctionResponseTypes"] == ["ReportBatchItemFailures"]


@every_function
def test_what_never_succeeds_ends_in_a_dead_letter_queue(name: str) -> None:
    queues = of_type("AWS::SQS::Queue")
    for event in events(name, "SQS"):
        redrive = queues[event["Queue"]["GetAtt"].removesuffix(".Arn")]["RedrivePolicy"]
        assert redrive["deadLetterTargetArn"]["GetAtt"].removesuffix(".Arn") in queues
    for event in events(name, "DynamoDB"):
        assert event["DestinationConfig"]["OnFailure"]["Type"] == "SQS"
    if events(name, "S3", "SNS", "Schedule", "ScheduleV2", "EventBridgeRule"):
        assert "OnFailure" in FUNCTIONS[name]["EventInvokeConfig"]["DestinationConfig"]


def test_a_message_stays_hidden_until_its_function_is_long_over() -> None:
    """AWS asks for six times the function's time-out: an invocation may begin late, when the function is throttled."""
    translated = translate(ROOT / "template.yaml")["Resources"]
    mappings = [one["Properties"] for one in translated.values() if one["Type"] == "AWS::Lambda::EventSourceMapping"]
    sources = {json.dumps(one["EventSourceArn"]): one["FunctionName"]["Ref"] for one in mappings}
    hidden: dict[str, tuple[int, int]] = {}
    for name, queue in translated.items():
        function = sources.get(json.dumps({"Fn::GetAtt": [name, "Arn"]}))
        if queue["Type"] == "AWS::SQS::Queue" and function:
            timeout = translated[function]["Properties"]["Timeout"]
            hidden[name] = (queue["Properties"]["VisibilityTimeout"], 6 * timeout)
    redrivable = {name for name, queue in of_type("AWS::SQS::Queue").items() if "RedrivePolicy" in queue}
    assert hidden.keys() == redrivable
    assert {name: pair for name, pair in hidden.items() if pair[0] < pair[1]} == {}


def queue_settings() -> dict[str, str]:
    """The logical id of the queue that each variable `X_QUEUE_URL` of all functions names."""
    variables = load(ROOT / "template.yaml")["Globals"]["Function"]["Environment"]["Variables"]
    return {name: value["Ref"] for name, value in variables.items() if name.endswith("_QUEUE_URL")}


def test_every_queue_is_a_setting_of_its_name() -> None:
    redrivable = {name for name, queue in of_type("AWS::SQS::Queue").items() if "RedrivePolicy" in queue}
    settings = queue_settings()
    assert redrivable == {queue for queue in settings.values() if not queue.endswith("DeadLetters")}
    for variable, queue in settings.items():
        assert "".join(word.capitalize() for word in variable.removesuffix("_QUEUE_URL").split("_")) == queue


def test_dead_letters_that_no_queue_stands_before_say_what_to_do() -> None:
    queues = of_type("AWS::SQS::Queue")
    targets = [queue["RedrivePolicy"]["deadLetterTargetArn"] for queue in queues.values() if "RedrivePolicy" in queue]
    redriven = {target["GetAtt"].removesuffix(".Arn") for target in targets}
    alone = {name for name in queues if name.endswith("DeadLetters")} - redriven
    assert alone == {"".join(map(str.capitalize, name.split("-"))) + "DeadLetters" for name in FAILURES}
    assert alone <= set(queue_settings().values())


def test_the_variables_of_all_functions_are_within_what_lambda_takes() -> None:
    found = load(ROOT / "template.yaml")["Globals"]["Function"]["Environment"]["Variables"]
    prefixes = {
        "URL": "https://sqs.ap-southeast-2.amazonaws.com/123456789012/",
        "ARN": "arn:aws:sns:ap-southeast-2:123456789012:",
    }
    size = 0
    for name, value in found.items():
        # A physical name: a stack's of 20 characters, the logical id, and 12 characters of CloudFormation's own.
        named = 20 + len(value["Ref"]) + 12 + 2 if isinstance(value, dict) and "Ref" in value else 64
        size += len(name) + len(prefixes.get(name.rpartition("_")[2], "")) + named
    assert size < LAMBDA_ENVIRONMENT_BYTES


def allowed_actions(value: Any) -> Iterator[str]:
    """Every action that a policy anywhere in a value allows."""
    if isinstance(value, dict):
        if value.get("Effect") == "Allow":
            actions = value["Action"]
            yield from actions if isinstance(actions, list) else [actions]
        value = list(value.values())
    if isinstance(value, list):
        for member in value:
            yield from allowed_actions(member)


BOUNDARY = "Bounds"
"""The permissions boundary: it allows nothing by itself, and no role may have it as a policy."""
GRANTS = {name: resource for name, resource in RESOURCES.items() if name != BOUNDARY}


def test_the_boundary_is_nobodys_policy() -> None:
    assert LOADED["Globals"]["Function"]["PermissionsBoundary"] == {"Ref": BOUNDARY}
    assert json.dumps(GRANTS).count(f'"{BOUNDARY}"') == 0


def test_a_function_has_rights_to_named_actions_only() -> None:
    policies = [policy for name, policy in of_type("AWS::IAM::ManagedPolicy").items() if name != BOUNDARY]
    found = list(allowed_actions([FUNCTIONS, policies]))
    assert found
    assert not [action for action in found if "*" in action]


def test_no_policy_allows_every_action() -> None:
    assert not [action for action in allowed_actions(GRANTS) if action == "*" or action.endswith(":*")]


def test_a_function_is_in_the_vpc_only_for_redis_or_opensearch() -> None:
    for name, properties in FUNCTIONS.items():
        if "VpcConfig" in properties:
            assert properties["VpcConfig"]["If"][0] == "InVpc", name


def test_every_route_has_its_row_in_the_table_of_rights() -> None:
    guarded = {route.name for route in routes_of(LOADED) if not route.public}
    assert guarded == ROUTES.keys(), "functions/auth/users/rights.py lists the routes that need a token, and no others"
    assert {group for groups in ROUTES.values() for group in groups} <= {*USER_TYPES, *ROLES}


@every_function
def test_an_operation_that_is_not_public_refuses_a_caller_without_the_right(name: str) -> None:
    service, operation, _ = FUNCTIONS[name]["Handler"].split(".")
    handler = importlib.import_module(f"{service}.{operation}").handler
    if isinstance(handler, HttpHandler) and not handler.description["public"]:
        event = api_event(f"{service}/{operation}")
        for rights, status in (("GET /nothing", 403), (None, 401)):
            event["requestContext"]["authorizer"]["rights"] = rights
            answer = handler(event, None)
            assert (answer["statusCode"], json.loads(answer["body"])["status"]) == (status, status)


def test_the_stack_has_room_left() -> None:
    assert len(translate(ROOT / "template.yaml")["Resources"]) <= MOST_RESOURCES


def test_a_new_plan_passes_through_sixteen_files_at_most(call: Call) -> None:
    create_plan = importlib.import_module("plans.create_plan").handler
    assert call(create_plan, "plans/create_plan")["statusCode"] == 201
    event = api_event("plans/create_plan")
    event["body"] = json.dumps(json.loads(event["body"]) | {"objectId": "another"})
    passed: set[str] = set()

    def note(frame: types.FrameType, happened: str, _: object) -> None:
        if happened == "call" and frame.f_code.co_name != "<module>":
            passed.add(frame.f_code.co_filename)

    sys.setprofile(note)
    try:
        answer = create_plan(event, None)
    finally:
        sys.setprofile(None)
    assert answer["statusCode"] == 201
    ours = [file for file in passed if file.startswith((f"{ROOT}/functions/", f"{ROOT}/layers/"))]
    assert len(ours) <= 16, sorted(ours)
