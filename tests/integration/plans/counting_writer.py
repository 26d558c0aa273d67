"""A process that counts a plan's copay up for ever, and prints each number once its write was acknowledged.

`python -m tests.integration.plans.counting_writer PLAN_ID`; the environment is that of a deployed function.
"""

import itertools
import sys

from plans import patch_plan
from tests.unit.conftest import api_event

for number in itertools.count(100):
    body = {"planCostShares": {"copay": number}}
    event = api_event("plans/patch_plan", tenant="main", path={"id": sys.argv[1]}, body=body)
    answer = patch_plan.handler(event, None)
    sys.stdout.write(f"acknowledged {answer['statusCode']} {number}\n")
    sys.stdout.flush()
