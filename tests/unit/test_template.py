"""What the template promises of keys, public access, rights, filters, queues and schedules, for whatever it has."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from auth.tokens import key_rotation
from tests.unit.conftest import TEMPLATE
from tests.unit.template import routes_of

Properties = dict[str, Any]
RESOURCES: dict[str, Properties] = TEMPLATE.template["Resources"]
FUNCTION_SECONDS: int = TEMPLATE.template["Globals"]["Function"]["Timeout"]
DATA_KEY = {"Ref": "DataKey"}
WITH_DATA = {"PlansTable", "ClaimsTable", "IntakeTable", "AuthTable", "DirectoryTable"}
"""Tables whose loss nobody could make good."""
EVERY_RESOURCE = {
    ("lambda:ListEventSourceMappings",),  # AWS cannot restrict it to some mappings
    ("dynamodb:BatchExecuteStatement",),  # only in the stage `local`, for the emulator
    ("kms:CreateKey",),  # of what is not there yet; its tag and kind are required
}
"""The actions that a policy may allow on every resource."""


def of_type(kind: str) -> dict[str, Properties]:
    found = {name: resource for name, resource in RESOURCES.items() if resource["Type"] == kind}
    return {name: resource.get("Properties", {}) for name, resource in found.items()}


TABLES = of_type("AWS::DynamoDB::Table")
QUEUES = of_type("AWS::SQS::Queue")
BUCKETS = of_type("AWS::S3::Bucket")
FUNCTIONS = of_type("AWS::Serverless::Function")


def events(*kinds: str) -> Iterator[tuple[str, Properties]]:
    """The properties of the functions' events of some types, with the function's name."""
    for name, function in FUNCTIONS.items():
        for event in function.get("Events", {}).values():
            if event["Type"] in kinds:
                yield name, event["Properties"]


def statements(value: Any) -> Iterator[Properties]:
    """Every statement of a policy anywhere in a value."""
    if isinstance(value, dict):
        if "Effect" in value:
            yield value
        value = list(value.values())
    if isinstance(value, list):
        for member in value:
            yield from statements(member)


def listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def rights() -> list[Properties]:
    """What functions are allowed to do. A boundary only bounds: it allows nothing by itself (test_least_rights.py)."""
    policies = {name: policy for name, policy in of_type("AWS::IAM::ManagedPolicy").items() if name != "Bounds"}
    return [one for one in statements([FUNCTIONS, policies]) if one["Effect"] == "Allow"]


@pytest.mark.parametrize("name", TABLES)
def test_a_table_is_encrypted_with_the_customers_key(name: str) -> None:
    assert TABLES[name]["SSESpecification"] == {"SSEEnabled": True, "SSEType": "KMS", "KMSMasterKeyId": DATA_KEY}


@pytest.mark.parametrize("name", TABLES)
def test_a_table_can_be_exported_as_of_a_moment(name: str) -> None:
    assert TABLES[name]["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}


@pytest.mark.parametrize("name", sorted(WITH_DATA))
def test_a_table_with_data_outlives_its_stack(name: str) -> None:
    assert TABLES[name]["DeletionProtectionEnabled"] == {"If": ["Kept", True, False]}
    assert RESOURCES[name]["UpdateReplacePolicy"] == {"If": ["Kept", "Retain", "Delete"]}
    assert RESOURCES[name]["DeletionPolicy"] == {"If": ["Kept", "RetainExceptOnCreate", "Delete"]}


@pytest.mark.parametrize("name", ["RequestsTable", "AuthTable"])
def test_what_has_an_end_is_removed_after_it(name: str) -> None:
    assert TABLES[name]["TimeToLiveSpecification"] == {"AttributeName": "expires", "Enabled": True}


@pytest.mark.parametrize("name", BUCKETS)
def test_a_bucket_is_private_and_encrypted_with_the_customers_key(name: str) -> None:
    bucket = BUCKETS[name]
    blocks = ("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets")
    assert bucket["PublicAccessBlockConfiguration"] == dict.fromkeys(blocks, True)
    [rule] = bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    key = {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": {"GetAtt": "DataKey.Arn"}}
    assert rule["ServerSideEncryptionByDefault"] == key
    assert bucket["VersioningConfiguration"] == {"Status": "Enabled"}


def test_a_page_may_send_files_and_read_lists_with_a_signature() -> None:
    # A browser asks before it sends a file of which it shows the progress; lists of rejects are GET after a redirect.
    [rule] = BUCKETS["IntakeBucket"]["CorsConfiguration"]["CorsRules"]
    assert (rule["AllowedOrigins"], sorted(rule["AllowedMethods"])) == (["*"], ["GET", "POST"])


def test_a_bucket_takes_only_encrypted_connections() -> None:
    policies = of_type("AWS::S3::BucketPolicy")
    assert {policy["Bucket"]["Ref"] for policy in policies.values()} == set(BUCKETS)
    for policy in policies.values():
        denied = [one for one in statements(policy) if one["Effect"] == "Deny" and one["Principal"] == "*"]
        assert [one["Condition"] for one in denied] == [{"Bool": {"aws:SecureTransport": "false"}}]
        assert denied[0]["Action"] == "s3:*"
        assert len(denied[0]["Resource"]) == 2  # the bucket, and what is in it


def test_the_data_key_is_rotated_and_serves_those_who_store_data_alone() -> None:
    key = RESOURCES["DataKey"]["Properties"]
    assert key["EnableKeyRotation"] is True
    everyone = [one for one in statements(key) if one["Principal"] == {"AWS": "*"}]
    assert everyone
    for one in everyone:
        required = one["Condition"]["StringEquals"]
        assert required["kms:CallerAccount"] == {"Ref": "AWS::AccountId"}
        services = [name["Sub"].split(".")[0] for name in required["kms:ViaService"]]
        assert services == ["dynamodb", "s3"]


def test_a_function_has_rights_to_named_resources_only() -> None:
    found = rights()
    assert found
    for one in found:
        if "*" in listed(one["Resource"]):
            assert tuple(listed(one["Action"])) in EVERY_RESOURCE


def test_the_gateway_calls_the_functions_of_this_stack_in_one_role() -> None:
    paths = RESOURCES["Api"]["Properties"]["DefinitionBody"]["paths"]
    calls = [method["x-amazon-apigateway-integration"] for path in paths.values() for method in path.values()]
    rest = {json.dumps({name: value for name, value in call.items() if name != "uri"}) for call in calls}
    as_one = {"type": "aws_proxy", "httpMethod": "POST", "credentials": {"GetAtt": "CallFunctions.Arn"}}
    assert rest == {json.dumps(as_one)}
    assert len(routes_of(TEMPLATE.template)) == len(calls)
    role = RESOURCES["CallFunctions"]["Properties"]
    [trust] = statements(role["AssumeRolePolicyDocument"])
    assert trust["Condition"] == {"StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}}
    [right] = statements(role["Policies"])
    assert right["Action"] == "lambda:InvokeFunction"
    [(tag, stack)] = TEMPLATE.template["Globals"]["Function"]["Tags"].items()
    assert right["Condition"] == {"StringEquals": {f"aws:ResourceTag/{tag}": stack}}
    assert stack == {"Ref": "AWS::StackName"}


def test_who_may_publish_to_a_topic_knows_it() -> None:
    publishers = 0
    for name, function in FUNCTIONS.items():
        for one in statements(function.get("Policies", [])):
            if "sns:Publish" in listed(one["Action"]):
                assert one["Resource"] in function["Environment"]["Variables"].values(), name
                publishers += 1
    assert publishers == len(of_type("AWS::SNS::Topic"))


def test_no_right_is_to_all_tables_queues_keys_or_buckets() -> None:
    for one in rights():
        for resource in listed(one["Resource"]):
            text = resource.get("Sub", "") if isinstance(resource, dict) else resource
            named = ("dynamodb", "kms", "s3", "sns")
            arns = tuple(f"arn:${{AWS::Partition}}:{service}:" for service in named)
            assert not text.startswith(arns) or is_for_rotated_keys(one), text
            assert ":sqs:" not in text or ":${AWS::StackName}-" in text, text


TOKEN_ISSUER = TEMPLATE.template["Globals"]["Function"]["Environment"]["Variables"]["TOKEN_ISSUER"]
TAG = key_rotation.TAG
OF_ROTATED_KEYS = {"StringEquals": {f"aws:ResourceTag/{TAG}": TOKEN_ISSUER}}
TO_MAKE_THEM = {
    "StringEquals": {f"aws:RequestTag/{TAG}": TOKEN_ISSUER},
    "StringEqualsIfExists": {"kms:KeySpec": "ECC_NIST_P256", "kms:KeyUsage": "SIGN_VERIFY"},
}


def is_for_rotated_keys(one: Properties) -> bool:
    """Whether a right to keys without their names is to those alone that a rotation of token keys made, or makes."""
    if one["Resource"] != {"Sub": "arn:${AWS::Partition}:kms:${AWS::Region}:${AWS::AccountId}:key/*"}:
        return False
    if listed(one["Action"]) == ["kms:TagResource"]:
        return bool(one["Condition"] == TO_MAKE_THEM)
    allowed = {"kms:Sign", "kms:GetPublicKey", "kms:ScheduleKeyDeletion"}
    return set(listed(one["Action"])) <= allowed and bool(one["Condition"] == OF_ROTATED_KEYS)


def test_rights_to_rotated_keys_are_bound_to_their_tag_and_given_to_who_needs_them() -> None:
    bound = {
        (name, *listed(one["Action"]))
        for name, resource in RESOURCES.items()
        for one in statements(resource.get("Properties", {}))
        if "Resource" in one and is_for_rotated_keys(one)
    }
    assert bound == {
        ("SignTokens", "kms:Sign"),
        ("RotateTokenKeys", "kms:TagResource"),
        ("RotateTokenKeys", "kms:GetPublicKey", "kms:ScheduleKeyDeletion"),
    }
    [made] = [one for one in statements(FUNCTIONS) if one["Action"] == "kms:CreateKey"]
    assert made["Condition"] == TO_MAKE_THEM
    signers = {name for name, function in FUNCTIONS.items() if {"Ref": "SignTokens"} in function.get("Policies", [])}
    assert signers == {"LogIn", "LogInWithPasskey", "RefreshSession", "IssueClientToken"}


def test_a_right_to_all_keys_without_the_tag_is_not_one_to_rotated_keys() -> None:
    resource = {"Sub": "arn:${AWS::Partition}:kms:${AWS::Region}:${AWS::AccountId}:key/*"}
    good = {"Effect": "Allow", "Action": "kms:Sign", "Resource": resource, "Condition": OF_ROTATED_KEYS}
    assert is_for_rotated_keys(good)
    for changed in (
        {"Condition": {}},
        {"Condition": {"StringEquals": {f"aws:ResourceTag/{TAG}": "*"}}},
        {"Condition": {"StringLike": OF_ROTATED_KEYS["StringEquals"]}},
        {"Action": ["kms:Sign", "kms:Decrypt"]},
        {"Action": "kms:TagResource"},
    ):
        assert not is_for_rotated_keys(good | changed)


@pytest.mark.parametrize("name", of_type("AWS::SQS::QueuePolicy"))
def test_a_service_may_send_to_a_queue_only_from_a_named_source(name: str) -> None:
    found = list(statements(RESOURCES[name]))
    assert found
    for one in found:
        assert set(one["Principal"]) == {"Service"}
        conditions = one["Condition"]
        [source] = [members["aws:SourceArn"] for members in conditions.values() if "aws:SourceArn" in members]
        assert source
        assert "*" not in json.dumps(source)
        assert one["Action"] == "sqs:SendMessage"


def test_a_stream_passes_on_only_what_its_function_works_on() -> None:
    filtered = {}
    for name, event in events("DynamoDB"):
        patterns = [json.loads(rule["Pattern"]) for rule in event["FilterCriteria"]["Filters"]]
        filtered[name] = all("sk" in json.dumps(pattern) for pattern in patterns) and bool(patterns)
    assert filtered == dict.fromkeys(["OnPlanChanged", "OnClaimChanged", "OnPatientChanged", "OnPersonChanged"], True)


def test_a_topic_delivers_messages_as_they_were_published() -> None:
    subscriptions = of_type("AWS::SNS::Subscription")
    assert all(subscription["RawMessageDelivery"] is True for subscription in subscriptions.values())
    filters = {
        name: (subscription.get("FilterPolicyScope"), subscription["FilterPolicy"])
        for name, subscription in subscriptions.items()
        if "FilterPolicy" in subscription
    }
    assert filters == {"ClaimPaymentsSubscription": ("MessageBody", {"status": ["received"]})}


def test_schedules_run() -> None:
    scheduled = dict(events("Schedule", "ScheduleV2"))
    assert set(scheduled) == {"OnSweepDue", "OnPaymentsOverdue"}
    for name, event in scheduled.items():
        assert event.get("Enabled", True) is True, name
        assert event.get("State", "ENABLED") in ("ENABLED", {"If": ["HasProcessor", "ENABLED", "DISABLED"]}), name
    assert scheduled["OnSweepDue"]["Schedule"] == "rate(1 hour)"
    assert scheduled["OnPaymentsOverdue"]["Schedule"] == "rate(5 minutes)"
    for rule in of_type("AWS::Events::Rule").values():
        assert rule.get("State", "ENABLED") == "ENABLED"


@pytest.mark.parametrize("name", QUEUES)
def test_a_queue_is_encrypted_and_keeps_messages_for_two_weeks(name: str) -> None:
    assert QUEUES[name]["SqsManagedSseEnabled"] is True
    assert QUEUES[name]["MessageRetentionPeriod"] == 14 * 24 * 3600


def test_a_message_is_not_delivered_again_while_its_function_can_run() -> None:
    for name, event in events("SQS"):
        queue = QUEUES[event["Queue"]["GetAtt"].removesuffix(".Arn")]
        assert queue["VisibilityTimeout"] >= FUNCTIONS[name].get("Timeout", FUNCTION_SECONDS), name


def test_a_function_that_gives_up_after_a_last_try_knows_its_queues_number_of_tries() -> None:
    known = set()
    for name, event in events("SQS"):
        variables = FUNCTIONS[name].get("Environment", {}).get("Variables", {})
        if "MESSAGE_TRIES" in variables:
            queue = QUEUES[event["Queue"]["GetAtt"].removesuffix(".Arn")]
            assert queue["RedrivePolicy"]["maxReceiveCount"] == variables["MESSAGE_TRIES"], name
            known.add(name)
    assert known == {"OnPaymentDue", "OnPaymentMade"}


SWITCHED = [{"If": [condition, True, False]} for condition in ("HasProcessor", "HasOpenSearch")]
"""Event sources that are off while the server that their functions need does not exist."""


def test_without_an_endpoint_of_opensearch_nobody_tries_to_index() -> None:
    in_need = {name for name, function in FUNCTIONS.items() if "OPENSEARCH_REPLICAS" in variables_of(function)}
    assert in_need == {"OnPlanOperation", "OnPatientOperations", "OnSearchJob"}
    for name, event in events("SQS"):
        assert (event.get("Enabled") == {"If": ["HasOpenSearch", True, False]}) == (name in in_need), name
    assert TEMPLATE.template["Conditions"]["HasOpenSearch"] == {
        "Not": [{"Equals": [{"Ref": "OpenSearchEndpoint"}, ""]}]
    }
    # The schedule's messages would wait in the queue for as long.
    assert {"Condition": "HasOpenSearch"} in TEMPLATE.template["Conditions"]["DriftScheduled"]["And"]
    for name in ("CheckDriftOnSchedule", "CheckDriftOnScheduleMay"):
        assert RESOURCES[name]["Condition"] == "DriftScheduled"


def variables_of(function: Properties) -> Properties:
    found: Properties = function.get("Environment", {}).get("Variables", {})
    return found


def test_an_event_source_is_on() -> None:
    for name, event in events("SQS", "DynamoDB"):
        assert event.get("Enabled", True) in (True, *SWITCHED), name
    assert all(event["StartingPosition"] == "TRIM_HORIZON" for _, event in events("DynamoDB"))
