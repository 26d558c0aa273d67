"""No role may do more than its function needs: AWS's policies are bounded, and patterns fit this stack alone.

What a role may do is what its policies allow, unless one denies it, within its permissions boundary. The texts of the
policies of AWS are those of the AWS Managed Policy Reference Guide.
"""

import fnmatch
from collections.abc import Iterator
from typing import Any

import pytest

from tests.unit.reached_code import Definition
from tests.unit.translated import (
    STAGES,
    Properties,
    Resources,
    listed,
    managed_by_aws,
    named,
    of_type,
    resources,
    statements,
)
from tests.unit.vpc_services import code_of, servers_of

_LOGS = ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"]
_EC2 = ["CreateNetworkInterface", "DescribeNetworkInterfaces", "DescribeSubnets", "DeleteNetworkInterface"]
_EC2 += ["AssignPrivateIpAddresses", "UnassignPrivateIpAddresses"]
_QUEUE = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"]
_STREAM = ["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator"]
OF_AWS = {
    "AWSLambdaBasicExecutionRole": _LOGS,
    "AWSLambdaVPCAccessExecutionRole": _LOGS + [f"ec2:{action}" for action in _EC2],
    "AWSLambdaSQSQueueExecutionRole": _QUEUE + _LOGS,
    "AWSLambdaDynamoDBExecutionRole": [*_STREAM, "dynamodb:ListStreams", *_LOGS],
}
LISTS_ONLY = {"dynamodb:ListStreams"}
"""An event source needs it, and AWS cannot restrict it; it shows the names of streams."""
READ_SECRET = "secretsmanager:GetSecretValue"
SIGN = {Definition("payerworks.secret", name) for name in ("signing_secret", "accepted_secrets")}
VPC = {"SubnetIds": "subnet-0123abcd", "SecurityGroupIds": "sg-0123abcd"}
ELSEWHERE = {
    "sqs": "arn:aws:sqs:us-east-1:123456789012:other",
    "dynamodb": "arn:aws:dynamodb:us-east-1:123456789012:table/other/stream/now",
    "logs": "arn:aws:logs:us-east-1:123456789012:log-group:other:*",
    "ec2": "arn:aws:ec2:us-east-1:123456789012:network-interface/*",
}


def fits(statement: Properties, action: str, arn: object, code_calls: bool = True) -> bool:
    """Whether a statement is about an action of a function's code on a resource: an ARN, or a reference to one."""
    if "NotAction" in statement:
        is_action = not any(fnmatch.fnmatchcase(action, pattern) for pattern in listed(statement["NotAction"]))
    else:
        is_action = any(fnmatch.fnmatchcase(action, pattern) for pattern in listed(statement["Action"]))
    if "NotResource" in statement:
        is_resource = arn not in listed(statement["NotResource"])
    else:
        is_resource = any(each in ("*", arn) for each in listed(statement["Resource"]))
    condition = statement.get("Condition")
    assert condition in (None, {"Null": {"lambda:SourceFunctionArn": "false"}}) or statement["Effect"] == "Allow"
    return is_action and is_resource and (condition is None or code_calls)


def may(found: Resources, function: str, action: str, arn: object) -> bool:
    """Whether the code of a function may do something."""
    own = statements(found, function)
    role = found[found[function]["Properties"]["Role"]["Fn::GetAtt"][0]]["Properties"]
    by_aws = [action for policy in managed_by_aws(found, function) for action in OF_AWS[policy]]
    boundary = found[role["PermissionsBoundary"]["Ref"]]["Properties"]["PolicyDocument"]["Statement"]
    denied = any(fits(one, action, arn) for one in [*own, *boundary] if one["Effect"] == "Deny")
    allowed = action in by_aws or any(fits(one, action, arn) for one in own if one["Effect"] == "Allow")
    return allowed and not denied and any(fits(one, action, arn) for one in boundary if one["Effect"] == "Allow")


def sources(found: Resources) -> Iterator[tuple[str, Any]]:
    """The functions with an event source, and the ARN of the source."""
    for mapping in of_type(found, "AWS::Lambda::EventSourceMapping").values():
        yield named(mapping["FunctionName"]), mapping["EventSourceArn"]


@pytest.mark.parametrize("stage", STAGES)
def test_rights_to_other_queues_streams_logs_and_interfaces_are_taken_away(stage: str) -> None:
    found = resources(stage, **VPC)
    for function in of_type(found, "AWS::Lambda::Function"):
        for policy in managed_by_aws(found, function):
            for action in set(OF_AWS[policy]) - LISTS_ONLY:
                assert not may(found, function, action, ELSEWHERE[action.partition(":")[0]]), (function, action)


@pytest.mark.parametrize("stage", STAGES)
def test_a_consumer_may_use_its_own_queue_or_stream_and_each_function_its_log(stage: str) -> None:
    found = resources(stage, **VPC)
    started = list(sources(found))
    assert len(started) >= 14
    for function, source in started:
        needed = _STREAM if "StreamArn" in str(source) else _QUEUE
        assert all(may(found, function, action, source) for action in needed), function
        others = [
            other for name, other in started if name != function and ("StreamArn" in str(other)) == (needed is _STREAM)
        ]
        assert not any(may(found, function, needed[0], other) for other in others), function
    for function in of_type(found, "AWS::Lambda::Function"):
        assert may(found, function, "logs:PutLogEvents", {"Fn::GetAtt": ["Logs", "Arn"]}), function


def test_a_function_pauses_the_messages_of_its_own_queue_only() -> None:
    found = resources("prod")
    queues = of_type(found, "AWS::SQS::Queue")
    consumers = {function: named(source) for function, source in sources(found) if named(source) in queues}
    for function, queue in consumers.items():
        paused = {
            name
            for name in queues
            if may(found, function, "sqs:ChangeMessageVisibility", {"Fn::GetAtt": [name, "Arn"]})
        }
        assert paused == {queue}


@pytest.mark.parametrize("stage", STAGES)
def test_every_role_of_a_function_has_the_boundary(stage: str) -> None:
    roles = of_type(resources(stage), "AWS::IAM::Role")
    assert [name for name, role in roles.items() if role.get("PermissionsBoundary") != {"Ref": "Bounds"}] == [
        "CallFunctions"
    ]


def texts(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        for member in value:
            yield from texts(member)
    elif isinstance(value, str):
        yield value


@pytest.mark.parametrize("stage", STAGES)
def test_no_pattern_fits_the_names_of_a_stack_whose_name_begins_with_this_ones(stage: str) -> None:
    found = resources(stage)
    policies = [
        each["Properties"] for each in found.values() if each["Type"].startswith(("AWS::IAM::", "AWS::SQS::QueueP"))
    ]
    for text in texts(policies):
        pattern = text.replace("${AWS::StackName}", "prod")
        for sibling in ("prod-eu-OnPlanChanged-1AB", "prod2-OnPlanChanged-1AB", "prod-eu-IntakeChunksDeadLetters-1AB"):
            assert text == pattern or not fnmatch.fnmatchcase(f"{pattern.rpartition(':')[0]}:{sibling}", pattern), text


def test_a_secret_is_read_by_the_functions_whose_code_does_so_and_no_other() -> None:
    redis = "arn:aws:secretsmanager:us-east-1:123456789012:secret:redis-123456"
    found = resources("prod", RedisSecret=redis)
    signing = {"Fn::GetAtt": ["SigningSecret", "Id"]}
    functions = of_type(found, "AWS::Lambda::Function")
    signers = {name for name in functions if any(reads in code_of(name) for reads in SIGN)}
    assert {name for name in functions if may(found, name, READ_SECRET, signing)} == signers
    assert {"LogIn", "ListPlans", "PatchPlan"} <= signers
    assert not {"GetPlan", "OnPlanOperation", "AuthorizeToken"} & signers
    cached = {name for name in functions if "Redis" in servers_of(name)}
    assert {name for name in functions if may(found, name, READ_SECRET, redis)} == cached
    elsewhere = "arn:aws:secretsmanager:us-east-1:123456789012:secret:other-123456"
    assert not [name for name in functions if may(found, name, READ_SECRET, elsewhere)]


@pytest.mark.parametrize("stage", STAGES)
def test_no_secret_is_in_the_environment_and_who_reads_one_knows_its_name(stage: str) -> None:
    found = resources(stage, RedisSecret="arn:aws:secretsmanager:us-east-1:123456789012:secret:redis-123456")
    assert "resolve:secretsmanager" not in str(found)
    for name, function in of_type(found, "AWS::Lambda::Function").items():
        variables = function.get("Environment", {}).get("Variables", {})
        given = [variable for variable, value in variables.items() if value == {"Fn::GetAtt": ["SigningSecret", "Id"]}]
        assert given == ["SIGNING_SECRET_ARN"] * may(
            found, name, READ_SECRET, {"Fn::GetAtt": ["SigningSecret", "Id"]}
        ), name
        assert ("REDIS_SECRET_ARN" in variables) == ("Redis" in servers_of(name)), name


def test_functions_may_call_one_domain_of_opensearch_only() -> None:
    found = resources("prod", SearchDomain="mine")
    policies = of_type(found, "AWS::IAM::ManagedPolicy") | of_type(found, "AWS::IAM::Role")
    domains = [text for text in texts(list(policies.values())) if ":es:" in text]
    assert len(domains) >= 6
    assert [text for text in domains if ":domain/${SearchDomain}/" not in text] == []


def test_who_redrives_queues_may_reach_all_of_them_by_name() -> None:
    found = resources("prod")
    queues = set(of_type(found, "AWS::SQS::Queue"))
    dead = {name for name in queues if name.endswith("DeadLetters")}
    fed = {name for name in dead if name.removesuffix("DeadLetters") in queues}

    def reached(function: str, action: str) -> set[str]:
        return {name for name in queues if may(found, function, action, {"Fn::GetAtt": [name, "Arn"]})}

    for function in ("ListQueues", "GetQueue", "RedriveQueue"):
        assert reached(function, "sqs:GetQueueAttributes") == queues
    assert reached("GetQueue", "sqs:ReceiveMessage") == dead
    assert reached("RedriveQueue", "sqs:DeleteMessage") == fed
    assert reached("RedriveQueue", "sqs:SendMessage") == queues - dead
