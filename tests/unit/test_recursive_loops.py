"""A function whose messages lead back to it says so: AWS stops other loops after about 16 turns.

Lambda follows a chain through SQS, SNS, S3 and its own asynchronous calls, not through a table's stream.
Source: AWS Lambda Developer Guide, "Use Lambda recursive loop detection to prevent infinite loops".
"""

from collections.abc import Iterator

import pytest

from tests.unit.translated import STAGES, Resources, listed, named, of_type, resources, statements

WITH_PROCESSOR = {"PaymentProcessor": "sandbox"}


def consumers(found: Resources) -> dict[str, str]:
    """The function that each queue starts, by the queue."""
    sources = of_type(found, "AWS::Lambda::EventSourceMapping").values()
    return {named(source["EventSourceArn"]): named(source["FunctionName"]) for source in sources}


def queues_of_topic(found: Resources, topic: str) -> Iterator[str]:
    for subscription in of_type(found, "AWS::SNS::Subscription").values():
        if named(subscription["TopicArn"]) == topic:
            yield named(subscription["Endpoint"])


def queues_of_objects(found: Resources, bucket: str, pattern: str) -> Iterator[str]:
    """The queues to which a bucket reports objects whose keys fit a pattern, such as `patients/*`."""
    settings = found[bucket]["Properties"].get("NotificationConfiguration", {})
    for rule in settings.get("QueueConfigurations", []):
        [prefix] = [each["Value"] for each in rule["Filter"]["S3Key"]["Rules"] if each["Name"] == "prefix"]
        written = pattern.partition("*")[0]
        if written.startswith(prefix) or prefix.startswith(written):
            yield named(rule["Queue"])


def reached(found: Resources, action: str, resource: object) -> Iterator[str]:
    """The queues and functions that a right to a resource reaches."""
    target = named(resource)
    if action.startswith("sqs:SendMessage"):
        yield target
    elif action.startswith("sns:Publish"):
        yield from queues_of_topic(found, target)
    elif action == "s3:PutObject":
        assert isinstance(resource, dict)
        yield from queues_of_objects(found, target, resource["Fn::Sub"].partition("/")[2])
    elif action.startswith("lambda:Invoke"):
        yield target


def next_functions(found: Resources, function: str) -> set[str]:
    """The functions that a message or an object of a function may start."""
    started = consumers(found)
    rights = [
        (action, to)
        for one in statements(found, function)
        if one["Effect"] == "Allow"
        for action in listed(one["Action"])
        for to in listed(one["Resource"])
    ]
    targets = {target for action, resource in rights for target in reached(found, action, resource)}
    return {started.get(target, target) for target in targets} & of_type(found, "AWS::Lambda::Function").keys()


def in_a_loop(found: Resources) -> set[str]:
    """The functions that may start themselves, directly or by others."""
    following = {name: next_functions(found, name) for name in of_type(found, "AWS::Lambda::Function")}

    def after(name: str) -> set[str]:
        seen: set[str] = set()
        waiting = set(following[name])
        while waiting:
            seen |= waiting
            waiting = {further for each in waiting for further in following[each]} - seen
        return seen

    return {name for name in following if name in after(name)}


def allowed(found: Resources) -> set[str]:
    functions = of_type(found, "AWS::Lambda::Function")
    return {name for name, function in functions.items() if function.get("RecursiveLoop") == "Allow"}


@pytest.mark.parametrize("stage", STAGES)
def test_who_may_start_itself_says_so_and_nobody_else(stage: str) -> None:
    found = resources(stage, **WITH_PROCESSOR)
    assert allowed(found) == in_a_loop(found) == {"OnFileUploaded", "OnChunkQueued", "OnSearchJob"}


def right(action: str, resource: object) -> dict[str, object]:
    return {
        "PolicyName": "more",
        "PolicyDocument": {"Statement": [{"Effect": "Allow", "Action": action, "Resource": resource}]},
    }


@pytest.mark.parametrize(
    ("function", "action", "resource"),
    [
        ("OnMailDue", "sqs:SendMessage", {"Fn::GetAtt": ["AuthMails", "Arn"]}),
        ("OnPlanOperation", "sns:Publish", {"Ref": "PlanOperations"}),
        ("OnAuditEntries", "lambda:InvokeFunction", {"Fn::GetAtt": ["OnAuditEntries", "Arn"]}),
    ],
)
def test_a_loop_through_a_queue_a_topic_or_a_call_is_found(function: str, action: str, resource: object) -> None:
    found = resources("prod")
    found[f"{function}Role"]["Properties"].setdefault("Policies", []).append(right(action, resource))
    assert in_a_loop(found) - allowed(found) == {function}


@pytest.mark.parametrize(("keys", "is_loop"), [("*", True), ("patients/*", True), ("p*", True), ("rejects/*", False)])
def test_a_loop_through_the_bucket_is_found(keys: str, is_loop: bool) -> None:
    found = resources("prod")
    # Without its own messages, the split could start itself by a file alone.
    role = found["OnFileUploadedRole"]["Properties"]
    role["Policies"] = [right("s3:PutObject", {"Fn::Sub": f"${{IntakeBucket.Arn}}/{keys}"})]
    assert ("OnFileUploaded" in in_a_loop(found)) == is_loop


def test_a_loop_of_two_functions_is_found_in_both() -> None:
    found = resources("prod")
    for function, queue in (("OnMailDue", "AuditEntries"), ("OnAuditEntries", "AuthMails")):
        more = right("sqs:SendMessage", {"Fn::GetAtt": [queue, "Arn"]})
        found[f"{function}Role"]["Properties"].setdefault("Policies", []).append(more)
    assert in_a_loop(found) - allowed(found) == {"OnMailDue", "OnAuditEntries"}
