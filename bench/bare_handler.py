"""What every cold start is compared with: a handler that only imports what most Lambda functions import."""

import boto3
import pydantic
from aws_lambda_powertools import Logger

logger = Logger(service="bare")
dynamodb = boto3.client("dynamodb")


class Nothing(pydantic.BaseModel):
    """A model, as such a handler has one."""


def handler(event: dict[str, object], context: object) -> dict[str, object]:
    logger.info("called")
    return {"statusCode": 200, "body": Nothing().model_dump_json()}
