"""What the stacks around the application promise of networks, engines and backups."""

import json
import re
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.httpsession import URLLib3Session

from localstack.lint_template import AROUND, lint
from tests.unit.conftest import ROOT
from tests.unit.template import load
from tests.unit.vpc_services import endpoint_services

Properties = dict[str, Any]
STACKS = {path.stem: load(path) for path in AROUND}
NETWORK, ENGINES, BACKUP = (STACKS[name]["Resources"] for name in ("network", "engines", "backup"))


def of_type(resources: Properties, kind: str) -> Iterator[tuple[str, Properties]]:
    for name, resource in resources.items():
        if resource["Type"] == kind:
            yield name, resource.get("Properties", {})


@pytest.mark.parametrize("path", AROUND, ids=lambda path: path.stem)
def test_a_stack_is_free_of_findings(path: Any) -> None:
    assert lint(path, [], informational=True) == 0


def test_every_service_that_a_function_in_the_network_may_call_has_an_endpoint_and_no_other() -> None:
    endpoints = {each["ServiceName"]["Sub"].rpartition(".")[2] for _, each in of_type(NETWORK, "AWS::EC2::VPCEndpoint")}
    assert endpoints - {"s3"} == set(endpoint_services())  # that of S3 costs nothing


def test_the_network_has_no_way_to_the_internet() -> None:
    kinds = {resource["Type"] for resource in NETWORK.values()}
    assert not kinds & {"AWS::EC2::InternetGateway", "AWS::EC2::NatGateway", "AWS::EC2::Route"}
    assert not any(subnet.get("MapPublicIpOnLaunch") for _, subnet in of_type(NETWORK, "AWS::EC2::Subnet"))


def test_the_subnets_are_in_three_zones() -> None:
    subnets = [each for _, each in of_type(NETWORK, "AWS::EC2::Subnet")]
    assert [each["AvailabilityZone"]["Select"][0] for each in subnets] == [0, 1, 2]
    assert [each["CidrBlock"]["Select"][0] for each in subnets] == [0, 1, 2]


@pytest.mark.parametrize("resources", [NETWORK, ENGINES], ids=["network", "engines"])
def test_only_the_functions_group_may_open_connections(resources: Properties) -> None:
    for name, group in of_type(resources, "AWS::EC2::SecurityGroup"):
        for rule in group.get("SecurityGroupIngress", []):
            assert rule["SourceSecurityGroupId"] in ({"Ref": "FunctionsGroup"}, {"Ref": "SecurityGroupIds"}), name


def test_connections_are_recorded_and_the_records_outlive_the_stack() -> None:
    [(_, flow)] = of_type(NETWORK, "AWS::EC2::FlowLog")
    assert flow["TrafficType"] == "ALL"
    assert NETWORK["FlowLogs"]["DeletionPolicy"] == "RetainExceptOnCreate"


def test_the_domain_is_encrypted_and_takes_only_tls() -> None:
    domain = ENGINES["Search"]["Properties"]
    assert domain["EncryptionAtRestOptions"]["Enabled"] is True
    assert domain["NodeToNodeEncryptionOptions"] == {"Enabled": True}
    assert domain["DomainEndpointOptions"]["EnforceHTTPS"] is True
    assert domain["DomainEndpointOptions"]["TLSSecurityPolicy"].startswith("Policy-Min-TLS-1-2")
    assert domain["AdvancedSecurityOptions"]["Enabled"] is True
    assert domain["AdvancedSecurityOptions"]["InternalUserDatabaseEnabled"] is False
    assert domain["LogPublishingOptions"]["AUDIT_LOGS"]["Enabled"] is True


def test_the_domain_leaves_it_to_the_roles_policies_what_they_may_do() -> None:
    [statement] = ENGINES["Search"]["Properties"]["AccessPolicies"]["Statement"]
    # An ARN of roles, or "*", would allow each of them everything: in one account either policy is enough.
    assert statement["Principal"]["AWS"]["Sub"].endswith(":root")
    assert statement["Condition"]["ArnLike"]["aws:PrincipalArn"]["Sub"].endswith(":role/${Application}-*")


def test_valkey_allows_the_commands_that_the_functions_send_and_no_other() -> None:
    sent = set()
    for path in [*(ROOT / "layers/common/payerworks").glob("*.py"), *(ROOT / "functions/ops/health").glob("*.py")]:
        sent |= set(re.findall(r"""(?:redis\.call|_call|connection\.call)\(['"]([A-Z]+)['"]""", path.read_text()))
    on, keys, *commands = ENGINES["CacheUser"]["Properties"]["AccessString"].split()
    assert (on, keys, commands[0]) == ("on", "~*", "-@all")
    assert {command.removeprefix("+").upper() for command in commands[1:]} == sent
    assert {"GET", "EVAL", "PING"} <= sent


def test_the_cache_takes_only_users_of_its_group_and_is_encrypted_with_the_engines_key() -> None:
    cache = ENGINES["Cache"]["Properties"]
    assert cache["UserGroupId"] == {"Ref": "CacheUsers"}
    assert cache["KmsKeyId"] == {"GetAtt": "Key.Arn"}
    assert ENGINES["CacheUser"]["Properties"]["AuthenticationMode"] == {"Type": "iam"}


def test_the_function_that_grants_search_keeps_bodies_out_of_the_audit_log() -> None:
    code = ENGINES["GrantSearch"]["Properties"]["Code"]["ZipFile"]
    assert len(code) < 4096
    assert '"log_request_body": False' in code


def test_backups_outlive_the_stack_in_a_vault_that_keeps_them() -> None:
    for name in ("Vault", "Key"):
        assert BACKUP[name]["DeletionPolicy"] == "RetainExceptOnCreate"
        assert BACKUP[name]["UpdateReplacePolicy"] == "Retain"
    assert BACKUP["Vault"]["Properties"]["LockConfiguration"]["MinRetentionDays"] == {"Ref": "KeepDays"}


def test_no_backup_is_deleted_before_the_vault_allows_it() -> None:
    daily, monthly = BACKUP["Plan"]["Properties"]["BackupPlan"]["BackupPlanRule"]
    assert daily["Lifecycle"] == {"DeleteAfterDays": {"Ref": "KeepDays"}}
    assert json.dumps(daily).count('"KeepDays"') == 2  # the copies too
    assert monthly["If"][1]["Lifecycle"]["DeleteAfterDays"]["FindInMap"][0] == "Months"


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The requests that botocore would have sent; each is answered with 201."""
    requests: list[Any] = []

    def send(_: URLLib3Session, request: Any) -> SimpleNamespace:
        requests.append(request)
        return SimpleNamespace(status_code=201, text="{}")

    monkeypatch.setattr(URLLib3Session, "send", send)
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")
    return requests


def test_the_function_that_grants_search_maps_the_applications_roles(
    sent: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ENDPOINT", "https://vpc-search.es.amazonaws.com")
    monkeypatch.setenv("ROLES", "arn:aws:iam::123456789012:role/payerworks-prod-*")
    function: dict[str, Any] = {}
    exec(ENGINES["GrantSearch"]["Properties"]["Code"]["ZipFile"], function)
    function["handler"]({}, None)
    bodies = {request.url.partition("/_plugins/_security/api/")[2]: json.loads(request.body) for request in sent}
    assert bodies["rolesmapping/payerworks"]["users"] == ["arn:aws:iam::123456789012:role/payerworks-prod-*"]
    [rights] = bodies["roles/payerworks"]["index_permissions"]
    assert {"plans*", "patients*"} <= set(rights["index_patterns"])
    assert bodies["audit/config"]["enabled"] is True
    assert all("/eu-central-1/es/aws4_request" in request.headers["Authorization"] for request in sent)
