"""The template as CloudFormation gets it from SAM, with its parameters and conditions settled."""

import copy
import functools
from typing import Any

from localstack.lint_template import TEMPLATE, translate

Properties = dict[str, Any]
Resources = dict[str, Properties]
STAGES = ("local", "dev", "prod")
_NOTHING = {"Ref": "AWS::NoValue"}


@functools.cache
def _translated() -> dict[str, Any]:
    return translate(TEMPLATE)


def resources(stage: str, **parameters: Any) -> Resources:
    """The resources that exist in a stage, each a copy; parameters that are not given have their defaults."""
    return settled(_translated(), Stage=stage, **parameters)


def settled(template: dict[str, Any], **parameters: Any) -> Resources:
    """The resources of a translated template, with references to parameters, and each Fn::If, replaced by values."""
    defaults = {name: declared.get("Default") for name, declared in template["Parameters"].items()}
    values = {name: _typed(template, name, value) for name, value in (defaults | parameters).items()}
    conditions = template.get("Conditions", {})
    return {
        name: _settle(copy.deepcopy(resource), values, conditions)
        for name, resource in template["Resources"].items()
        if "Condition" not in resource or _holds({"Condition": resource["Condition"]}, values, conditions)
    }


def _typed(template: dict[str, Any], name: str, value: Any) -> Any:
    kind = template["Parameters"].get(name, {}).get("Type", "String")
    is_list = kind == "CommaDelimitedList" or kind.startswith("List<")
    return value.split(",") if is_list and isinstance(value, str) else value


def _settle(value: Any, values: Properties, conditions: Properties) -> Any:
    if isinstance(value, list):
        settled_items = [_settle(item, values, conditions) for item in value]
        return [item for item in settled_items if item != _NOTHING]
    if not isinstance(value, dict):
        return value
    if value.keys() == {"Ref"} and value["Ref"] in values:
        return values[value["Ref"]]
    if value.keys() == {"Fn::If"}:
        name, if_true, if_false = value["Fn::If"]
        return _settle(if_true if _holds({"Condition": name}, values, conditions) else if_false, values, conditions)
    members = {name: _settle(member, values, conditions) for name, member in value.items()}
    return {name: member for name, member in members.items() if member != _NOTHING or name == "Ref"}


def _holds(condition: Properties, values: Properties, conditions: Properties) -> bool:
    """Whether a condition holds, written out or named (`{"Condition": name}`)."""
    [(operator, given)] = condition.items()
    if operator == "Condition":
        return _holds(conditions[given], values, conditions)
    if operator == "Fn::Equals":
        left, right = (_text(operand, values) for operand in given)
        return left == right
    parts = [_holds(part, values, conditions) for part in given]
    return {"Fn::Not": not parts[0], "Fn::And": all(parts), "Fn::Or": any(parts)}[operator]


def _text(operand: Any, values: Properties) -> str:
    if isinstance(operand, dict) and "Fn::Join" in operand:
        separator, joined = operand["Fn::Join"]
        items: Any = values[joined["Ref"]] if isinstance(joined, dict) else joined
        return str(separator.join(items))
    return str(values[operand["Ref"]] if isinstance(operand, dict) else operand)


def of_type(found: Resources, kind: str) -> Resources:
    """The properties of the resources of a type, such as `AWS::SQS::Queue`, by logical id."""
    return {name: each.get("Properties", {}) for name, each in found.items() if each["Type"] == kind}


def statements(found: Resources, function: str) -> list[Properties]:
    """The statements of a function's role: its own, and those of managed policies of the template.

    A managed policy of AWS has none here: `managed_by_aws` lists them.
    """
    role = found[found[function]["Properties"]["Role"]["Fn::GetAtt"][0]]["Properties"]
    documents = [policy["PolicyDocument"] for policy in role.get("Policies", [])]
    named = [arn["Ref"] for arn in role.get("ManagedPolicyArns", []) if isinstance(arn, dict) and "Ref" in arn]
    documents += [found[name]["Properties"]["PolicyDocument"] for name in named]
    return [one for document in documents for one in listed(document["Statement"])]


def managed_by_aws(found: Resources, function: str) -> list[str]:
    """The names of the managed policies of AWS that a function's role has."""
    role = found[found[function]["Properties"]["Role"]["Fn::GetAtt"][0]]["Properties"]
    arns = [arn for arn in role.get("ManagedPolicyArns", []) if not (isinstance(arn, dict) and "Ref" in arn)]
    return [str(arn).rpartition("/")[2].rstrip("'}") for arn in arns]


def listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def named(arn: Any) -> str:
    """The logical id of what an ARN, a reference or a `Fn::Sub` names first; empty if it names nothing."""
    if isinstance(arn, dict) and "Fn::GetAtt" in arn:
        return str(listed(arn["Fn::GetAtt"])[0]).partition(".")[0]
    if isinstance(arn, dict) and "Ref" in arn:
        return str(arn["Ref"])
    text = str(arn["Fn::Sub"]) if isinstance(arn, dict) and "Fn::Sub" in arn else ""
    return text[2:].partition(".")[0].partition("}")[0] if text.startswith("${") else ""
