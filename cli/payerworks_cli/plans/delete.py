"""`payerworks plans delete`: delete a plan."""

from payerworks_cli.plans.get import plan_path
from payerworks_cli.plans.plan_write import JSON, IfMatch, PlanId, write_headers
from payerworks_cli.session import AsJson, session
from payerworks_cli.target import Target


def delete(plan_id: PlanId, if_match: IfMatch = None, *, target: Target, as_json: AsJson = False) -> None:
    """Delete a plan. Its history and its past versions stay readable.

    Example: payerworks plans delete sbc-plan-7
    """
    with session(target, as_json=as_json) as (terminal, api):
        answer = api.ask("DELETE", plan_path(plan_id), headers=write_headers(JSON, if_match))
        if as_json:
            print(answer.text)
            return
        terminal.line(f"Plan {plan_id} is deleted; its history stays: {terminal.command(f'plans history {plan_id}')}")
