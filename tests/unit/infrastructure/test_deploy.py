"""The run of `make deploy ENV=…`, with CloudFormation, Lambda and IAM as stubs below botocore."""

import io
import json
from collections.abc import Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import botocore.client
import pytest
from botocore.exceptions import ClientError

from infrastructure.deployment import change_sets, deploy, emulated
from infrastructure.deployment.environments import Environment, find
from infrastructure.deployment.templates import written
from localstack.lint_template import TEMPLATE, decoded
from localstack.problem import StackProblem

GIVEN = {"GrantSearch": "grant-search", "SubnetIds": "a,b,c"}


class Cloud:
    """What was asked of AWS, and its answers: every stack is new and succeeds, unless it is in `failing`."""

    def __init__(self) -> None:
        self.made: list[tuple[str, str, dict[str, str]]] = []
        self.executed: list[str] = []
        self.other: list[str] = []
        self.failing: set[str] = set()
        self.rolled_back: set[str] = set()
        self.deleted: set[str] = set()

    def run_sam(self, arguments: list[str], _env: Mapping[str, str], log: Path, _title: str) -> None:
        def after(option: str) -> str:
            return arguments[arguments.index(option) + 1]

        start = arguments.index("--parameter-overrides") + 1 if "--parameter-overrides" in arguments else len(arguments)
        pairs = [each.split("=", 1) for each in arguments[start:]]
        self.made.append((after("--stack-name"), after("--region"), {name: value.strip('"') for name, value in pairs}))
        assert "--no-execute-changeset" in arguments
        log.write_text(f"Initiating\narn:aws:cloudformation:x:1:changeSet/{after('--stack-name')}/1\n")

    def call(self, _caller: object, operation: str, arguments: dict[str, Any]) -> Any:
        stack = arguments.get("StackName", "")
        match operation:
            case "DescribeChangeSet":
                change = {"Action": "Modify", "LogicalResourceId": "Table", "ResourceType": "T", "Replacement": "True"}
                return {"Changes": [{"ResourceChange": change}]}
            case "ExecuteChangeSet":
                self.executed.append(arguments["ChangeSetName"].split("/")[1])
                return {}
            case "DescribeStacks":
                if stack in self.rolled_back:
                    return {"Stacks": [{"StackStatus": "ROLLBACK_COMPLETE"}]}
                if stack in self.deleted:
                    self.deleted.discard(stack)
                    raise ClientError({"Error": {"Code": "ValidationError", "Message": ""}}, operation)
                # The backup stack is in two regions, so it is deployed twice under one name.
                states = ("REVIEW_IN_PROGRESS", "CREATE_COMPLETE", "UPDATE_COMPLETE")
                state = states[self.executed.count(stack)]
                state = "ROLLBACK_COMPLETE" if stack in self.failing & set(self.executed) else state
                outputs = [
                    {"OutputKey": name, "OutputValue": value} for name, value in (GIVEN | {"From": stack}).items()
                ]
                return {"Stacks": [{"StackStatus": state, "Outputs": outputs}]}
            case "DescribeStackEvents":
                event = {"LogicalResourceId": "Search", "ResourceStatus": "CREATE_FAILED", "ResourceStatusReason": "no"}
                return {"StackEvents": [event | {"Timestamp": SimpleNamespace(timestamp=lambda: 1e12)}]}
            case "DeleteStack":
                self.rolled_back.discard(stack)
                self.deleted.add(stack)
                return {}
            case "CreateServiceLinkedRole":
                raise ClientError({"Error": {"Code": "InvalidInput", "Message": "has been taken"}}, operation)
            case "Invoke":
                self.other.append(arguments["FunctionName"])
                return {"Payload": io.BytesIO(b"{}")}
        raise AssertionError(operation)


@pytest.fixture
def cloud(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Cloud:
    cloud = Cloud()
    monkeypatch.setattr(change_sets, "run_sam", cloud.run_sam)
    monkeypatch.setattr(change_sets, "LOG", tmp_path / "deploy.log")
    monkeypatch.setattr(deploy.build, "build", lambda *_: "")
    monkeypatch.setattr(deploy.build, "LOCK", tmp_path / "build.lock")  # others may build
    monkeypatch.setattr(deploy, "template_of", lambda stack: TEMPLATE if stack == "application" else written(stack))
    monkeypatch.setattr(botocore.client.BaseClient, "_make_api_call", lambda *arguments: cloud.call(*arguments))
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    return cloud


def run_of(environment: Environment, said: list[str], answer: bool = True) -> deploy.Deployment:
    return deploy.Deployment(environment, said.append, lambda _: answer)


def test_the_stacks_are_deployed_in_order_and_the_copies_vault_before_its_plan(cloud: Cloud) -> None:
    run_of(find("prod"), []).deploy()
    assert [(stack, region) for stack, region, _ in cloud.made] == [
        ("payerworks-account", "us-east-1"),
        ("payerworks-prod-network", "us-east-1"),
        ("payerworks-prod-engines", "us-east-1"),
        ("payerworks-prod", "us-east-1"),
        ("payerworks-prod-edge", "us-east-1"),
        ("payerworks-prod-watch", "us-east-1"),
        ("payerworks-prod-backup", "us-west-2"),
        ("payerworks-prod-backup", "us-east-1"),
    ]
    assert cloud.made[-2][2]["Role"] == "copy"
    assert "Role" not in cloud.made[-1][2]
    assert cloud.executed == [stack for stack, _, _ in cloud.made]


def test_a_stack_gets_the_outputs_of_those_before_it_and_the_roles_are_let_in(cloud: Cloud) -> None:
    run_of(find("prod"), []).deploy()
    parameters = {stack: given for stack, _, given in cloud.made}
    assert parameters["payerworks-prod-engines"]["SubnetIds"] == "a,b,c"
    assert parameters["payerworks-prod"]["SubnetIds"] == "a,b,c"
    assert parameters["payerworks-prod"]["Architecture"] == "arm64"
    assert cloud.other == ["grant-search"]


def test_what_changes_is_shown_and_nothing_is_done_without_a_yes(cloud: Cloud) -> None:
    said: list[str] = []
    with pytest.raises(StackProblem, match="Nothing was changed in payerworks-dev;"):
        run_of(find("dev"), said, answer=False).deploy()
    assert "  ! Modify  Table (T, replaced: True)" in said
    assert cloud.executed == []


def test_a_stack_that_fails_ends_the_run_with_the_reasons(cloud: Cloud) -> None:
    cloud.failing.add("payerworks-prod-engines")
    with pytest.raises(StackProblem, match=r"payerworks-prod-engines was not deployed:\n  Search: no"):
        run_of(find("prod"), []).deploy()
    assert cloud.executed[-1] == "payerworks-prod-engines"


def test_what_is_left_of_a_first_deployment_that_failed_is_deleted(cloud: Cloud) -> None:
    cloud.rolled_back.add("payerworks-dev-watch")
    run_of(find("dev"), []).deploy()
    assert cloud.rolled_back == set()
    assert cloud.executed == ["payerworks-dev", "payerworks-dev-watch"]


def test_what_the_emulator_does_not_know_is_left_out_with_what_refers_to_it() -> None:
    part, left_out = emulated.known_part(written("engines"))
    kept = json.loads(part.read_text())
    assert left_out == ["Cache"]
    assert {"Search", "CacheUsers"} <= set(kept["Resources"])
    assert {"RedisUrl", "CacheName"}.isdisjoint(kept["Outputs"])
    _, of_watch = emulated.known_part(written("watch"))
    assert {"CostMonitor", "CostAnomaly", "MoneyDeadLetters"} <= set(of_watch)
    assert "SlowPlans" not in of_watch


def test_the_application_puts_out_what_operators_and_subscribers_need() -> None:
    template = decoded(TEMPLATE)
    outputs = {json.dumps(each["Value"]) for each in template["Outputs"].values()}
    wanted = [
        name
        for name, resource in template["Resources"].items()
        if resource["Type"] in ("AWS::SNS::Topic", "AWS::SQS::Queue", "AWS::S3::Bucket", "AWS::DynamoDB::Table")
    ]
    wanted += ["CreateFirstAdmin", "RotateTokenKeys", "RecountTotals", "RebuildAudit"]
    missing = [name for name in wanted if json.dumps({"Ref": name}) not in outputs]
    assert missing == ["SandboxPaymentsTable"]
    assert {"ApiUrl", "ApiId", "LogGroup"} <= set(template["Outputs"])


def test_backups_are_made_of_all_that_outlives_the_stack() -> None:
    template = decoded(TEMPLATE)
    kept = {
        name
        for name, each in template["Resources"].items()
        if each["Type"] in ("AWS::DynamoDB::Table", "AWS::S3::Bucket") and "DeletionPolicy" in each
    }
    backed_up = template["Outputs"]["BackupResources"]["Value"]["Fn::Join"][1]
    assert {each["Fn::GetAtt"][0] for each in backed_up} == kept
