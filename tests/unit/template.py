"""The parts of `template.yaml` that unit tests build in process: tables, queues, topics, buckets, keys, secrets."""

import json
import pathlib
import re
from dataclasses import dataclass
from typing import Any

import yaml

from payerworks.aws import client

Properties = dict[str, Any]
_FUNCTION = re.compile(r"functions/\$\{(\w+)\.Arn\}/invocations")


class _Loader(yaml.SafeLoader):
    pass


def _tagged(loader: yaml.SafeLoader, suffix: str, node: yaml.Node) -> Any:
    if isinstance(node, yaml.ScalarNode):
        return {suffix: loader.construct_scalar(node)}
    if isinstance(node, yaml.SequenceNode):
        return {suffix: loader.construct_sequence(node, deep=True)}
    return {suffix: loader.construct_mapping(node, deep=True)}


_Loader.add_multi_constructor("!", _tagged)


def load(path: pathlib.Path) -> dict[str, Any]:
    """A template as a value; `!Ref X` is `{"Ref": "X"}`, `!Sub "…"` is `{"Sub": "…"}`."""
    template: dict[str, Any] = yaml.load(path.read_text(), _Loader)
    return template


@dataclass(frozen=True)
class Route:
    """A route of the API, the function that answers it, and whether it needs no token."""

    method: str
    path: str
    function: str
    public: bool

    @property
    def name(self) -> str:
        return f"{self.method} {self.path}"


def routes_of(template: dict[str, Any]) -> list[Route]:
    """The routes of the API of a loaded template."""
    paths = template["Resources"]["Api"]["Properties"]["DefinitionBody"]["paths"]
    return [
        Route(
            method.removeprefix("x-amazon-apigateway-").removesuffix("-method").upper(),
            path,
            _FUNCTION.findall(entry["x-amazon-apigateway-integration"]["uri"]["Sub"])[0],
            entry.get("security") == [{"NONE": []}],
        )
        for path, methods in paths.items()
        for method, entry in methods.items()
    ]


def single_variables(template: dict[str, Any]) -> dict[str, Any]:
    """The variables that name topics, tables, buckets and secrets to the functions alone that use them."""
    functions = [each["Properties"] for each in template["Resources"].values() if each["Type"].endswith("::Function")]
    variables = [each.get("Environment", {}).get("Variables", {}) for each in functions]
    return {name: value for each in variables for name, value in each.items() if name.endswith(_SINGLE)}


_SINGLE = ("_TOPIC_ARN", "_TABLE", "_BUCKET", "_SECRET_ARN")
_ARN = "arn:aws:sqs:us-east-1:123456789012"
"""Of moto's queues, before the name."""


def _redrives(resource: tuple[str, Properties]) -> bool:
    return "RedrivePolicy" in resource[1].get("Properties", {})


class Template:
    """The stateful resources of a template, made in the AWS that the clients talk to."""

    def __init__(self, path: pathlib.Path) -> None:
        self.template = load(path)
        self.refs: dict[str, str] = {}

    def build(self) -> dict[str, str]:
        """Make the resources; the variables that every function gets from `Globals`, and those that name topics."""
        self.refs = {name: str(given.get("Default", "")) for name, given in self.template["Parameters"].items()}
        self.refs["AWS::StackName"] = "payerworks"
        makers = {
            "AWS::DynamoDB::Table": self._table,
            "AWS::SQS::Queue": self._queue,
            "AWS::SNS::Topic": self._topic,
            "AWS::S3::Bucket": self._bucket,
            "AWS::KMS::Key": self._key,
            "AWS::SecretsManager::Secret": self._secret,
        }
        # A queue's redrive policy needs its dead-letter queue.
        for name, resource in sorted(self.template["Resources"].items(), key=_redrives):
            if resource["Type"] in makers:
                self.refs[name] = makers[resource["Type"]](name, resource.get("Properties", {}))
        variables = self.template["Globals"]["Function"]["Environment"]["Variables"] | single_variables(self.template)
        found = {name: self._value(value) for name, value in variables.items()}
        return {name: text for name, text in found.items() if text is not None}

    def _value(self, value: Any) -> str | None:
        if not isinstance(value, dict):
            return str(value)
        if "If" in value:
            return self._value(value["If"][1])
        if "Ref" in value:
            return self.refs.get(value["Ref"], "")
        if value.get("GetAtt", "").endswith(".Id"):
            return self.refs.get(value["GetAtt"].removesuffix(".Id"), "")
        if "Sub" in value:
            return next((text for name, text in self.refs.items() if f"${{{name}}}" == value["Sub"]), None)
        return None

    def _table(self, name: str, properties: Properties) -> str:
        kept = ("AttributeDefinitions", "KeySchema", "BillingMode", "GlobalSecondaryIndexes", "StreamSpecification")
        wanted = {key: properties[key] for key in kept if key in properties}
        if "StreamSpecification" in wanted:
            wanted["StreamSpecification"] = {"StreamEnabled": True} | wanted["StreamSpecification"]
        client("dynamodb").create_table(TableName=name, **wanted)
        return name

    def _queue(self, name: str, properties: Properties) -> str:
        attributes = {}
        if "RedrivePolicy" in properties:
            target = properties["RedrivePolicy"]["deadLetterTargetArn"]["GetAtt"].removesuffix(".Arn")
            policy = {"deadLetterTargetArn": f"{_ARN}:{target}", "maxReceiveCount": 1000}
            attributes = {"RedrivePolicy": json.dumps(policy)}
        url: str = client("sqs").create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]
        return url

    def _topic(self, name: str, properties: Properties) -> str:
        arn: str = client("sns").create_topic(Name=name)["TopicArn"]
        return arn

    def _secret(self, name: str, properties: Properties) -> str:
        arn: str = client("secretsmanager").create_secret(Name=name, SecretString=f"a secret of the tests: {name}")[
            "ARN"
        ]
        return arn

    def _bucket(self, name: str, properties: Properties) -> str:
        bucket = name.lower()
        s3 = client("s3")
        s3.create_bucket(Bucket=bucket)
        status = properties.get("VersioningConfiguration", {}).get("Status")
        if status:
            s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": status})
        return bucket

    def _key(self, name: str, properties: Properties) -> str:
        spec = {"KeySpec": properties.get("KeySpec", "SYMMETRIC_DEFAULT")}
        usage = {"KeyUsage": properties.get("KeyUsage", "ENCRYPT_DECRYPT")}
        key_id: str = client("kms").create_key(**spec, **usage)["KeyMetadata"]["KeyId"]
        return key_id
