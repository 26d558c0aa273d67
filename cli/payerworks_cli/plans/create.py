"""`payerworks plans create`: store a new plan."""

from payerworks_cli.local_files import names_lines, read_json
from payerworks_cli.plans.plan_write import JSON, PLANS, PlanFile, show_written, write_headers
from payerworks_cli.session import AsJson, session
from payerworks_cli.target import Target


def create(file: PlanFile, *, target: Target, as_json: AsJson = False) -> None:
    """Store a new plan. One with the same id must not be there.

    Example: payerworks plans create plan.json
    """
    with session(target, as_json=as_json) as (terminal, api):
        plan = read_json(file)
        with names_lines(plan):
            answer = api.ask("POST", PLANS, expect=(201,), content=plan.content, headers=write_headers(JSON, None))
        show_written(answer, "created", terminal, as_json=as_json)
