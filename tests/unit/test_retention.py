"""What outlives its stack: data, and every key without which it could not be read."""

import re

import pytest

from tests.unit.translated import STAGES, Resources, listed, named, of_type, resources

KEPT_TYPES = {
    "AWS::S3::Bucket",
    "AWS::KMS::Key",
    "AWS::SecretsManager::Secret",
    "AWS::Logs::LogGroup",
}
MADE_ANEW = {"RequestsTable", "SearchTable", "SandboxPaymentsTable"}
"""Tables that end with their stack: markers of a day, progress of index jobs, and payments that were only simulated."""
KEPT_STAGES = [stage for stage in STAGES if stage not in ("local", "dev")]


def kept(found: Resources) -> set[str]:
    """The resources that a deletion of the stack leaves."""
    return {name for name, each in found.items() if each.get("DeletionPolicy", "Delete") != "Delete"}


def stateful(found: Resources) -> set[str]:
    tables = of_type(found, "AWS::DynamoDB::Table").keys() - MADE_ANEW
    return tables | {name for name, each in found.items() if each["Type"] in KEPT_TYPES}


@pytest.mark.parametrize("stage", KEPT_STAGES)
def test_data_and_all_that_reads_it_outlive_the_stack(stage: str) -> None:
    found = resources(stage, PaymentProcessor="sandbox")
    assert {"DataKey", "TokenKey", "SigningSecret", "Logs", "AuditBucket", "PlansTable"} <= stateful(found)
    assert kept(found) == stateful(found)
    for name in kept(found):
        assert (found[name]["DeletionPolicy"], found[name]["UpdateReplacePolicy"]) == ("RetainExceptOnCreate", "Retain")


@pytest.mark.parametrize("stage", KEPT_STAGES)
def test_what_a_kept_resource_needs_to_be_read_is_kept_too(stage: str) -> None:
    found = resources(stage)
    for name in kept(found):
        used = {key for key in of_type(found, "AWS::KMS::Key") if f"'{key}" in str(found[name]["Properties"])}
        assert used <= kept(found), name


@pytest.mark.parametrize("stage", ["local", "dev"])
def test_a_deleted_stack_of_a_developer_is_gone(stage: str) -> None:
    found = resources(stage, PaymentProcessor="sandbox")
    layers = of_type(found, "AWS::Lambda::LayerVersion").keys()
    assert kept(found) - layers == set()
    assert not any(table.get("DeletionProtectionEnabled") for table in of_type(found, "AWS::DynamoDB::Table").values())
    assert not any("ObjectLockEnabled" in bucket for bucket in of_type(found, "AWS::S3::Bucket").values())


def bucket_name(name: object, stack_id: str) -> str:
    """What AWS makes of a BucketName of ours: the id of the stack is the third part of its ARN."""
    assert isinstance(name, dict)
    text, variables = name["Fn::Sub"]
    assert variables == {"Id": {"Fn::Select": [2, {"Fn::Split": ["/", {"Ref": "AWS::StackId"}]}]}}
    return str(text.replace("${Id}", stack_id.split("/")[2]))


def test_a_buckets_name_is_valid_and_new_for_any_name_of_a_stack() -> None:
    seen = set()
    for stack, guid in (("A" * 128, "1" * 8), ("prod", "2" * 8), ("prod", "3" * 8)):
        stack_id = (
            f"arn:aws:cloudformation:ap-southeast-1:123456789012:stack/{stack}/{guid}-ab12-11ef-9cd3-0a1b2c3d4e5f"
        )
        names = [
            bucket_name(each["BucketName"], stack_id) for each in of_type(resources("prod"), "AWS::S3::Bucket").values()
        ]
        assert len(names) == 2
        for name in names:
            assert re.fullmatch(r"[a-z0-9][a-z0-9-]{1,61}[a-z0-9]", name), name
        seen |= set(names)
    assert len(seen) == 6


def test_the_queues_policy_names_the_bucket_that_sends_to_it() -> None:
    found = resources("prod")
    [statement] = listed(found["IntakeUploadsPolicy"]["Properties"]["PolicyDocument"]["Statement"])
    text, variables = statement["Condition"]["ArnEquals"]["aws:SourceArn"]["Fn::Sub"]
    name, same = found["IntakeBucket"]["Properties"]["BucketName"]["Fn::Sub"]
    assert (text, variables) == ("arn:${AWS::Partition}:s3:::" + name, same)
    assert named(statement["Resource"]) == "IntakeUploads"
