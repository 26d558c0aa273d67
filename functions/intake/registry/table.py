"""Table `intake`: its name, and a put by condition (what is in it: repository.py, job_repository.py)."""

from payerworks.aws import client
from payerworks.batches import Item
from payerworks.settings import settings


def table() -> str:
    """The table's name."""
    return settings().tables["intake"]


def put(item: Item, condition: str, values: Item | None = None) -> bool:
    """Put an item if a condition holds; tells whether it did."""
    dynamodb = client("dynamodb")
    given = {"ExpressionAttributeValues": values} if values else {}
    try:
        dynamodb.put_item(TableName=table(), Item=item, ConditionExpression=condition, **given)
    except dynamodb.exceptions.ConditionalCheckFailedException:
        return False
    return True
