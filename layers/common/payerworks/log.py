"""One structured log line for each call, with the request's id; never patient data, tokens or bodies."""

import functools

from aws_lambda_powertools import Logger

from payerworks.settings import settings


@functools.cache
def logger() -> Logger:
    """The logger of this process (JSON lines, level by POWERTOOLS_LOG_LEVEL)."""
    return Logger(service=settings().service, use_rfc3339=True, serialize_stacktrace=False)
