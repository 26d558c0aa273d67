"""Schedule: delete generations of services that were never committed: their writers died or lost a race."""

import datetime
from typing import Any

from payerworks.log import log_call
from payerworks.times import begin_invocation
from plans.storage import generations


def handler(event: dict[str, Any], context: object) -> None:
    begin_invocation(context)
    scheduled = datetime.datetime.fromisoformat(event["time"])
    log_call("swept", items=generations.sweep(scheduled - generations.WRITER_LIFE))
