"""The environments of samconfig.toml fit the templates, and each stack gets what it needs from those before it."""

import json
from pathlib import Path
from typing import Any

import pytest

from infrastructure.deployment.environments import (
    APPLICATION,
    ORDER,
    Environment,
    environments,
    find,
    parameters_of,
)
from infrastructure.deployment.monthly_cost import monthly_cost, prices
from infrastructure.deployment.templates import written
from localstack.lint_template import SAMS_OWN, TEMPLATE, decoded, lint, translate
from localstack.problem import StackProblem

ENVIRONMENTS = environments()
EVERY = [(name, stack) for name, environment in ENVIRONMENTS.items() for stack in environment.stacks]


def source(stack: str) -> Path:
    return TEMPLATE if stack == APPLICATION else written(stack)


def outputs_before(environment: Environment, stack: str) -> dict[str, str]:
    """The outputs of the stacks before this one, with their names in place of values."""
    before = environment.stacks[: environment.stacks.index(stack)]
    found = {name: name for each in before for name in decoded(source(each)).get("Outputs", {})}
    return found | ({"SubnetIds": "subnet-1,subnet-2,subnet-3"} if "SubnetIds" in found else {})


def test_there_are_four_environments_and_three_sizes_of_engines() -> None:
    assert set(ENVIRONMENTS) == {"local", "dev", "staging", "prod"}
    sizes = {name: each.parameters.get("engines", {}).get("Size", "none") for name, each in ENVIRONMENTS.items()}
    assert sizes == {"local": "small", "dev": "none", "staging": "small", "prod": "full"}


@pytest.mark.parametrize(("name", "stack"), EVERY)
def test_an_environments_parameters_are_valid_for_the_template(name: str, stack: str, tmp_path: Path) -> None:
    environment = ENVIRONMENTS[name]
    template = decoded(source(stack))
    unknown = set(environment.parameters[stack]) - set(template.get("Parameters", {}))
    assert not unknown
    for parameter, value in environment.parameters[stack].items():
        rule = template["Parameters"][parameter]
        rule["Default"] = int(value) if rule["Type"] == "Number" else value
    # The parameters alone: what the templates do with them is linted as a whole elsewhere, once.
    nothing = {"Nothing": {"Type": "AWS::CloudFormation::WaitConditionHandle"}}
    file = tmp_path / "template.json"
    file.write_text(json.dumps({"Parameters": template.get("Parameters", {}), "Resources": nothing}))
    assert lint(file, SAMS_OWN) == 0  # a default that is not allowed is a finding


def _is_traced(resource: dict[str, Any]) -> bool:
    return "TracingConfig" in resource.get("Properties", {})


@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_the_application_is_translated_with_an_environments_parameters(name: str) -> None:
    given = ENVIRONMENTS[name].parameters[APPLICATION]
    resources = translate(TEMPLATE, given)["Resources"]
    assert len(resources) <= 450
    assert any(map(_is_traced, resources.values())) == (given.get("Tracing") == "Active")


@pytest.mark.long
def test_the_application_is_free_of_findings_with_most_switched_on(tmp_path: Path) -> None:
    translated = translate(TEMPLATE, ENVIRONMENTS["staging"].parameters[APPLICATION])
    # SAM has looked at the value, and what it wrote fits no other.
    translated["Parameters"]["Tracing"] |= {"AllowedValues": ["Active", "PassThrough"], "Default": "Active"}
    file = tmp_path / "translated.json"
    file.write_text(json.dumps(translated))
    assert lint(file, SAMS_OWN) == 0


@pytest.mark.parametrize(("name", "stack"), EVERY)
def test_a_stack_gets_all_that_it_needs(name: str, stack: str) -> None:
    environment = ENVIRONMENTS[name]
    outputs = outputs_before(environment, stack)
    given = parameters_of(environment, environment.parameters[stack], outputs, source(stack))
    declared: dict[str, Any] = decoded(source(stack)).get("Parameters", {})
    missing = {parameter for parameter, rule in declared.items() if "Default" not in rule} - set(given)
    assert not missing


def test_with_engines_the_application_gets_their_addresses_and_its_roles_open_the_cache() -> None:
    environment = ENVIRONMENTS["prod"]
    outputs = outputs_before(environment, APPLICATION)
    given = parameters_of(environment, environment.parameters[APPLICATION], outputs, TEMPLATE)
    passed = {
        "OpenSearchEndpoint",
        "OpenSearchReplicas",
        "SearchDomain",
        "RedisUrl",
        "RedisCluster",
        "RedisIamCache",
        "SecurityGroupIds",
    }
    assert passed <= set(given)
    assert given["SubnetIds"].count("subnet") == 3
    assert "RedisUrl" not in parameters_of(ENVIRONMENTS["dev"], {}, {}, TEMPLATE)


def test_prod_is_protected_and_dev_is_not_kept() -> None:
    prod, staging, dev = (ENVIRONMENTS[name].parameters for name in ("prod", "staging", "dev"))
    assert prod[APPLICATION]["AuditLockMode"] == "COMPLIANCE"
    assert prod["network"]["EndpointZones"] == "3"
    assert prod["engines"]["MultiAz"] == "true"
    assert prod["backup"]["CopyRegion"]
    assert "backup" not in dev
    assert [int(each[APPLICATION]["LogDays"]) for each in (dev, staging, prod)] == [7, 30, 365]
    rates = [int(each[APPLICATION]["ThrottleRate"]) for each in (dev, staging, prod)]
    assert rates == sorted(rates)


def test_access_logs_are_on_only_where_the_account_is_prepared_for_them() -> None:
    for environment in ENVIRONMENTS.values():
        logs = environment.parameters[APPLICATION].get("AccessLogs") == "true"
        assert logs == ("account" in environment.stacks), environment.name


def test_the_stacks_are_in_order() -> None:
    assert ORDER.index("network") < ORDER.index("engines") < ORDER.index(APPLICATION) < ORDER.index("watch")
    assert ENVIRONMENTS["prod"].stacks == list(ORDER)


def test_an_unknown_environment_is_named_with_those_that_there_are() -> None:
    with pytest.raises(StackProblem, match=r"ENV=test is not an environment.*local, dev, staging, prod"):
        find("test")


@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_what_an_environment_costs_is_the_sum_of_its_parts(name: str) -> None:
    lines = {line.what: line for line in monthly_cost(ENVIRONMENTS[name])}
    assert lines["key"].dollars == lines["key"].number * 1.0
    with_engines = {"interface endpoint in a zone", "gigabyte of Valkey"} <= set(lines)
    assert with_engines == ("engines" in ENVIRONMENTS[name].stacks)


def test_the_nodes_of_prod_are_priced_as_the_template_makes_them() -> None:
    lines = {line.what: line for line in monthly_cost(ENVIRONMENTS["prod"])}
    sizes = decoded(written("engines"))["Mappings"]["Sizes"]
    node = lines[sizes["full"]["Node"]]
    assert (node.number, node.dollars) == (3, 3 * prices()["an_hour"]["r6g.large.search"] * 730)
    assert lines["gigabyte of gp3 of OpenSearch"].number == 3 * sizes["full"]["Gigabytes"]
    small = {line.what: line for line in monthly_cost(ENVIRONMENTS["staging"])}
    assert small[sizes["small"]["Node"]].number == 1
