"""The baseline of the cold starts: a handler that only imports what most Lambda functions import."""

import boto3
import pydantic
from aws_lambda_powertools import Logger

logger = Logger(service="bare")
dynamodb = boto3.client("dynamodb")


class Empty(pydantic.BaseModel):
    """Stands for the models that a typical handler defines."""


def handler(event: dict[str, object], context: object) -> dict[str, object]:
    logger.info("called")
    return {"statusCode": 200, "body": Empty().model_dump_json()}
