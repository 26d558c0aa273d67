"""Table `claims`: its name, and an update as an item of a transaction (what is in it: repository.py)."""

from typing import Any

from claims.storage.claim_items import Item
from payerworks.settings import settings


def table() -> str:
    """The table's name."""
    return settings().tables["claims"]


def update(key: Item, change: str, values: Item, condition: str = "") -> dict[str, Any]:
    """An update as an item of a transaction."""
    item: dict[str, Any] = {
        "TableName": table(),
        "Key": key,
        "UpdateExpression": change,
        "ExpressionAttributeValues": values,
    }
    return {"Update": item | ({"ConditionExpression": condition} if condition else {})}
