"""How long messages of an SQS event stay hidden from other workers."""

from collections.abc import Sequence
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from payerworks.aws import client
from payerworks.log import logger


def hide(records: Sequence[dict[str, Any]], seconds: Sequence[int]) -> bool:
    """Hide messages of one queue, at most 10, for so many seconds each from now. Returns whether SQS answered.

    It never raises: what a batch has done would be delivered again with what failed. SQS may be out of reach, as in a
    VPC without its endpoint, or the function without credentials.
    """
    *_, region, account, name = records[0]["eventSourceARN"].split(":")
    entries = [
        {"Id": str(number), "ReceiptHandle": record["receiptHandle"], "VisibilityTimeout": hidden}
        for number, (record, hidden) in enumerate(zip(records, seconds, strict=True))
    ]
    answered = True
    try:
        sqs = client("sqs")
        url = sqs.get_queue_url(QueueName=name, QueueOwnerAWSAccountId=account)["QueueUrl"]
        failed = sqs.change_message_visibility_batch(QueueUrl=url, Entries=entries).get("Failed", [])
    except ClientError:
        failed = entries
    except BotoCoreError:
        failed, answered = entries, False
    if failed:
        # These come again after the visibility time-out that they have.
        extra = {"queue": name, "region": region, "messages": len(failed)}
        logger().warning("messages keep their visibility time-out", extra=extra)
    return answered
