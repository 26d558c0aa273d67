"""Items of a table as an export has them and as calls of DynamoDB have them, and their digest."""

import base64
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Item = dict[str, dict[str, Any]]
"""Attribute values by their names, as boto3's client has them: binary ones are bytes."""

_SETS = ("SS", "NS", "BS")


def item_from(line: bytes) -> Item:
    """The item of a line of a data file, `{"Item": …}`, whose binary values are in base64."""
    return {name: _value(value) for name, value in json.loads(line)["Item"].items()}


def _value(value: Mapping[str, Any]) -> dict[str, Any]:
    [(kind, content)] = value.items()
    match kind:
        case "B":
            content = base64.b64decode(content)
        case "BS":
            content = [base64.b64decode(each) for each in content]
        case "L":
            content = [_value(each) for each in content]
        case "M":
            content = {name: _value(each) for name, each in content.items()}
    return {kind: content}


@dataclass
class Tally:
    """The number of some items, and a digest of them that does not depend on their order."""

    count: int = 0
    digest: int = 0

    def add(self, item: Item) -> None:
        """Count an item; its hash is added modulo 2^128, so that two equal items do not cancel each other out."""
        content = json.dumps({name: _ordered(value) for name, value in item.items()}, sort_keys=True)
        self.count += 1
        self.digest = (
            self.digest + int.from_bytes(hashlib.blake2b(content.encode(), digest_size=16).digest())
        ) % 2**128


def _ordered(value: Mapping[str, Any]) -> dict[str, Any]:
    """A value that is the same text whenever it is the same value: sets have no order, bytes are no JSON."""
    [(kind, content)] = value.items()
    match kind:
        case "B":
            content = bytes(content).hex()
        case "L":
            content = [_ordered(each) for each in content]
        case "M":
            content = {name: _ordered(each) for name, each in content.items()}
        case _ if kind in _SETS:
            content = sorted(bytes(each).hex() if kind == "BS" else each for each in content)
    return {kind: content}


def is_of_the_source(service: str, item: Item) -> bool:
    """Whether an item has a meaning only in the stack it comes from: the list of that stack's keys in KMS.

    Without the list, a stack signs its access tokens with the key of its own template (auth/tokens/token_keys.py).
    """
    return service == "auth" and item["pk"] == {"S": "KEYS"}


def ends_before(item: Item, ttl: str | None, seconds: float) -> bool:
    """Whether DynamoDB may remove an item by itself before a time (seconds since 1970)."""
    return ttl is not None and "N" in item.get(ttl, {}) and float(item[ttl]["N"]) <= seconds
