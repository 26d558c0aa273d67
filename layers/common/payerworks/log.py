"""One structured log line for each call, with the request's id; never patient data, tokens or bodies."""

import functools
from pathlib import PurePath
from typing import Any

from aws_lambda_powertools import Logger

from payerworks.settings import settings


@functools.cache
def logger() -> Logger:
    """The logger of this process (JSON lines, level by POWERTOOLS_LOG_LEVEL)."""
    return Logger(service=settings().service, use_rfc3339=True)


def log_unexpected(message: str, error: Exception, **members: Any) -> None:
    """Log an error that nobody foresaw: its type, an AWS error's code, and where it came from, outermost first.

    Not its text: that may quote what a client sent.
    """
    answer = getattr(error, "response", None)
    code = answer.get("Error", {}).get("Code") if isinstance(answer, dict) else None
    where = []
    trace = error.__traceback__
    while trace is not None:
        code_object = trace.tb_frame.f_code
        where.append(f"{PurePath(code_object.co_filename).name}:{trace.tb_lineno} {code_object.co_name}")
        trace = trace.tb_next
    logger().error(message, extra=members | {"error": type(error).__name__, "code": code, "where": where})
