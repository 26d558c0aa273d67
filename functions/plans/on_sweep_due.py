"""Schedule: take away the generations of plans whose writers died or lost a race before they were committed."""

import datetime
from typing import Any

from payerworks.log import log_call
from payerworks.times import begin_invocation
from plans.storage import generations


def handler(event: dict[str, Any], context: object) -> None:
    begin_invocation(context)
    due = datetime.datetime.fromisoformat(event["time"])
    log_call("swept", items=generations.sweep(due - generations.WRITER_LIFE))
