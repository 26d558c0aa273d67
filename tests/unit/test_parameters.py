"""The parameters take only what AWS takes, are shown in groups, and are checked against each other by rules."""

import re
from typing import Any

import pytest

from tests.unit.conftest import TEMPLATE
from tests.unit.translated import STAGES, of_type, resources

PARAMETERS: dict[str, Any] = TEMPLATE.template["Parameters"]
RULES: dict[str, Any] = TEMPLATE.template["Rules"]
CLOUDWATCH_DAYS = {
    1,
    3,
    5,
    7,
    14,
    30,
    60,
    90,
    120,
    150,
    180,
    365,
    400,
    545,
    731,
    1096,
    1827,
    2192,
    2557,
    2922,
    3288,
    3653,
}
"""Amazon CloudWatch Logs API Reference, PutRetentionPolicy."""


def test_log_lines_are_kept_for_days_that_cloudwatch_takes() -> None:
    allowed = PARAMETERS["LogDays"]["AllowedValues"]
    assert set(allowed) == CLOUDWATCH_DAYS
    assert PARAMETERS["LogDays"]["Default"] in allowed
    assert 2192 >= 6 * 365.25


@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize("level", PARAMETERS["LogLevel"]["AllowedValues"])
def test_lambda_lets_lines_of_the_chosen_level_and_all_metrics_through(stage: str, level: str) -> None:
    levels = ["DEBUG", "INFO", "WARNING", "ERROR"]
    for function in of_type(resources(stage, LogLevel=level), "AWS::Lambda::Function").values():
        logging = function["LoggingConfig"]
        passed = logging["ApplicationLogLevel"]
        assert logging["LogFormat"] == "JSON"
        assert levels.index(passed) <= levels.index(level)
        assert levels.index(passed) <= levels.index("INFO")  # the lines that hold metrics
        assert function["Environment"]["Variables"]["POWERTOOLS_LOG_LEVEL"] == level


def test_every_parameter_is_described_and_in_one_group() -> None:
    groups = TEMPLATE.template["Metadata"]["AWS::CloudFormation::Interface"]["ParameterGroups"]
    grouped = [name for group in groups for name in group["Parameters"]]
    assert sorted(grouped) == sorted(PARAMETERS)
    assert all(group["Label"]["default"] for group in groups)
    assert [name for name, parameter in PARAMETERS.items() if not parameter.get("Description")] == []


def test_every_parameter_is_bound_to_what_it_may_be() -> None:
    bounds = {"AllowedValues", "AllowedPattern", "MinValue"}
    assert {name for name, each in PARAMETERS.items() if not bounds & each.keys()} <= FREE
    for name, each in PARAMETERS.items():
        if "AllowedPattern" in each:
            assert re.fullmatch(each["AllowedPattern"], str(each["Default"])), name


FREE = {"PasskeyRpId", "PasskeyOrigins", "OidcIssuers"}
"""Checked by the function that reads them, with a better message."""


@pytest.mark.parametrize(
    ("url", "is_taken"),
    [
        ("", True),
        ("redis://127.0.0.1:6379", True),
        ("rediss://app@cache.example.com:6379/0", True),
        ("rediss://app:secret@cache.example.com:6379", False),
        ("redis://:secret@cache.example.com", False),
    ],
)
def test_no_password_is_taken_in_the_address_of_redis(url: str, is_taken: bool) -> None:
    assert bool(re.fullmatch(PARAMETERS["RedisUrl"]["AllowedPattern"], url)) == is_taken


def holds(value: Any, given: dict[str, Any]) -> Any:
    """The value of a rule's expression (AWS CloudFormation User Guide, "Rules section"), tags written as by `load`."""
    if isinstance(value, list):
        return [holds(each, given) for each in value]
    if not isinstance(value, dict):
        return value
    [(function, operand)] = value.items()
    if function == "Ref":
        return given[operand]
    operands = holds(operand, given)
    match function:
        case "Not":
            return not operands[0]
        case "And":
            return all(operands)
        case "Or":
            return any(operands)
        case "Equals":
            return operands[0] == operands[1]
        case "Contains":
            return operands[1] in operands[0]
        case "EachMemberEquals":
            return all(member == operands[1] for member in operands[0])
    raise AssertionError(function)


def refused(**parameters: Any) -> set[str]:
    """The rules that refuse parameters; those that are not given have their defaults."""
    given = {name: each["Default"] for name, each in PARAMETERS.items() if "Default" in each} | parameters
    for name in ("SubnetIds", "SecurityGroupIds"):
        given[name] = [each for each in given[name].split(",") if each]
    return {
        name
        for name, rule in RULES.items()
        if holds(rule.get("RuleCondition", True), given)
        and not all(holds(each["Assert"], given) for each in rule["Assertions"])
    }


@pytest.mark.parametrize(
    ("parameters", "rules"),
    [
        ({}, set()),
        ({"Stage": "prod"}, set()),
        ({"Stage": "local", "PaymentProcessor": "sandbox", "SandboxFaults": "refuse=0.1"}, set()),
        ({"SubnetIds": "subnet-1,subnet-2", "SecurityGroupIds": "sg-1"}, set()),
        ({"SubnetIds": "subnet-1"}, {"SubnetsNeedGroups"}),
        ({"SecurityGroupIds": "sg-1"}, {"SubnetsNeedGroups"}),
        ({"Stage": "prod", "PaymentProcessor": "sandbox"}, {"RealPayments"}),
        ({"Stage": "staging", "PaymentProcessor": "sandbox"}, {"RealPayments"}),
        ({"SandboxFaults": "refuse=0.1"}, {"FaultsAreOfTheSandbox"}),
        ({"OpenSearchEndpoint": "https://search"}, {"SignedSearchNeedsADomain"}),
        ({"OpenSearchEndpoint": "https://search", "SearchDomain": "mine"}, set()),
        ({"OpenSearchEndpoint": "http://search", "OpenSearchSigned": "false"}, set()),
    ],
)
def test_parameters_that_do_not_fit_each_other_are_refused(parameters: dict[str, str], rules: set[str]) -> None:
    assert refused(**parameters) == rules
