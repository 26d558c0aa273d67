"""Which functions are in the VPC, what they reach there, and which services of AWS they call from there."""

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from tests.unit.reached_code import ROOT, Definition, reached
from tests.unit.template import load

Properties = dict[str, Any]
RESOURCES: dict[str, Properties] = load(ROOT / "template.yaml")["Resources"]
FUNCTIONS: dict[str, Properties] = {
    name: resource["Properties"] for name, resource in RESOURCES.items() if resource["Type"].endswith("::Function")
}
IN_VPC = {"If": ["InVpc", {"SubnetIds": {"Ref": "SubnetIds"}, "SecurityGroupIds": {"Ref": "SecurityGroupIds"}}]}
SERVERS = {
    Definition("payerworks.redis_connection", "redis"): "Redis",
    Definition("payerworks.opensearch", "opensearch"): "OpenSearch",
    Definition("ops.health.dependencies", "get_from_opensearch"): "OpenSearch",
}
"""What opens a connection to a server in the VPC."""
INSIDE = {"es", "elasticache"}
"""A domain and a cache are in the VPC themselves; a login to the cache is signed without a call."""


class Row(NamedTuple):
    """A function that reaches a server in the VPC: the servers, and the services of AWS that it may call."""

    function: str
    servers: tuple[str, ...]
    services: tuple[str, ...]


def in_vpc(name: str) -> bool:
    """Whether the template puts a function in the VPC."""
    given = FUNCTIONS[name].get("VpcConfig", {}).get("If", [])
    return bool(given[:2] == IN_VPC["If"])


def code_of(name: str) -> set[Definition]:
    """The definitions that a function's code can reach."""
    module, _, handler = FUNCTIONS[name]["Handler"].rpartition(".")
    return reached(Definition(module, handler))


def servers_of(name: str) -> tuple[str, ...]:
    """The servers in the VPC that a function's code can reach."""
    code = code_of(name)
    return tuple(sorted({server for connection, server in SERVERS.items() if connection in code}))


def services_of(name: str) -> tuple[str, ...]:
    """The services of AWS that a function's policies let it call, those inside the VPC excepted."""
    return tuple(
        sorted({action.partition(":")[0] for action in _actions(FUNCTIONS[name].get("Policies", []))} - INSIDE)
    )


def _actions(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if value.get("Effect") == "Allow":
            actions = value["Action"]
            yield from actions if isinstance(actions, list) else [actions]
        elif "Ref" in value:
            yield from _actions(RESOURCES.get(value["Ref"], {}).get("Properties", {}).get("PolicyDocument", {}))
        value = list(value.values())
    if isinstance(value, list):
        for member in value:
            yield from _actions(member)


def rows() -> list[Row]:
    """A row for each function that reaches a server in the VPC."""
    found = [Row(name, servers_of(name), services_of(name)) for name in FUNCTIONS]
    return [row for row in found if row.servers]


def documented_rows() -> list[Row]:
    """The rows of the table in docs/architecture.md."""
    section = (ROOT / "docs/architecture.md").read_text().partition("\n## Network\n")[2].partition("\n## ")[0]
    lines = re.findall(r"^\| `(\w+)` \| ([^|]*) \| ([^|]*) \|$", section, re.MULTILINE)
    return [Row(name, tuple(servers.split(", ")), tuple(services.split(", "))) for name, servers, services in lines]


def endpoint_services() -> list[str]:
    """The services for which a VPC without NAT needs an endpoint."""
    return sorted({service for row in documented_rows() for service in row.services})
