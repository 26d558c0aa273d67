"""A process that changes a plan and kills itself in the middle, as a machine that dies would.

`python -m tests.integration.plans.dying_writer OPERATION NUMBER < body` replaces the plan in the body, and dies before
its call NUMBER of that operation of DynamoDB. The environment is that of a deployed function.
"""

import os
import signal
import sys
import threading
from typing import Any

from payerworks import json_text
from payerworks.aws import client
from plans import replace_plan
from tests.unit.conftest import api_event


def main(operation: str, number: int) -> None:
    calls = 0
    lock = threading.Lock()

    def die(**_: Any) -> None:
        nonlocal calls
        with lock:
            calls += 1
            if calls == number:
                os.kill(os.getpid(), signal.SIGKILL)

    client("dynamodb").meta.events.register(f"before-call.dynamodb.{operation}", die)
    body = sys.stdin.read()
    plan_id = json_text.read(body)["objectId"]
    answer = replace_plan.handler(api_event("plans/replace_plan", tenant="main", path={"id": plan_id}, body=body), None)
    sys.stdout.write(f"{answer['statusCode']}\n")


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
