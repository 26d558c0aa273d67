"""No flood of messages takes the concurrency that calls need, and no message comes again while it may be worked on."""

import pytest

from tests.unit.translated import STAGES, Resources, named, of_type, resources

ACCOUNT_LIMIT = 1000
"""Concurrent executions of an account by default; a new one starts with fewer and asks for more."""
FOR_CALLS = 700
"""What must be left for the functions of the API: 500 calls a second of up to 1.4 s."""
AUTHORIZER_SECONDS = 0.05
UNRESERVED = 100
"""What AWS keeps unreserved."""


def reserved(found: Resources, function: str) -> int:
    return int(found[function]["Properties"].get("ReservedConcurrentExecutions", 0))


def most(found: Resources) -> dict[str, int]:
    """How many executions of each function that messages start may run at once; 0: without a bound."""
    mappings = of_type(found, "AWS::Lambda::EventSourceMapping").values()
    return {
        named(each["FunctionName"]): int(each.get("ScalingConfig", {}).get("MaximumConcurrency", 0))
        or reserved(found, named(each["FunctionName"]))
        for each in mappings
    }


def test_what_messages_start_leaves_the_account_to_the_calls() -> None:
    found = resources("prod", PaymentProcessor="none")
    bounds = most(found)
    assert all(bounds.values()), bounds
    kept_free = reserved(found, "AuthorizeToken")
    assert sum(bounds.values()) + kept_free + FOR_CALLS <= ACCOUNT_LIMIT
    [stage] = of_type(found, "AWS::ApiGateway::Stage").values()
    rates = [rule["ThrottlingRateLimit"] for rule in stage["MethodSettings"]]
    assert rates
    assert all(kept_free / AUTHORIZER_SECONDS >= rate for rate in rates)
    everything = sum(reserved(found, name) for name in of_type(found, "AWS::Lambda::Function"))
    assert everything + UNRESERVED <= ACCOUNT_LIMIT


@pytest.mark.parametrize("stage", STAGES)
def test_every_queues_consumer_is_bounded(stage: str) -> None:
    mappings = of_type(resources(stage), "AWS::Lambda::EventSourceMapping").values()
    for each in mappings:
        if "StreamArn" not in str(each["EventSourceArn"]):
            assert 2 <= each["ScalingConfig"]["MaximumConcurrency"] <= 10, each["FunctionName"]


@pytest.mark.parametrize("stage", ["local", "dev"])
def test_a_new_account_with_ten_executions_can_deploy(stage: str) -> None:
    found = resources(stage)
    assert not any(reserved(found, name) for name in of_type(found, "AWS::Lambda::Function"))


@pytest.mark.parametrize("stage", STAGES)
def test_a_message_is_hidden_for_six_times_the_functions_time(stage: str) -> None:
    # AWS Lambda Developer Guide, "Configuring a queue to use with Lambda": so that Lambda can retry what it throttled.
    found = resources(stage)
    queues, functions = of_type(found, "AWS::SQS::Queue"), of_type(found, "AWS::Lambda::Function")
    checked = 0
    for each in of_type(found, "AWS::Lambda::EventSourceMapping").values():
        queue = queues.get(named(each["EventSourceArn"]))
        if queue is not None:
            seconds = functions[named(each["FunctionName"])]["Timeout"] + each.get("MaximumBatchingWindowInSeconds", 0)
            assert queue["VisibilityTimeout"] >= 6 * functions[named(each["FunctionName"])]["Timeout"], each
            assert queue["VisibilityTimeout"] > seconds
            checked += 1
    assert checked == 10


@pytest.mark.parametrize("stage", STAGES)
def test_a_payment_that_waits_for_its_processor_holds_no_other(stage: str) -> None:
    assert resources(stage, PaymentProcessor="sandbox")["OnPaymentDueQueue"]["Properties"]["BatchSize"] == 1
