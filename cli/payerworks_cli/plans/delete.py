"""`payerworks plans delete`: delete a plan."""

import shlex

from payerworks_cli.plans.get import plan_path
from payerworks_cli.plans.plan_write import JSON, IfMatch, PlanId, advising_etag, write_headers
from payerworks_cli.session import AsJson, session
from payerworks_cli.target import Target


def delete(plan_id: PlanId, if_match: IfMatch = None, *, target: Target, as_json: AsJson = False) -> None:
    """Delete a plan. Its history and its past versions stay readable.

    Example: payerworks plans delete sbc-plan-7
    """
    with session(target, as_json=as_json) as (terminal, api):
        with advising_etag(plan_id, terminal):
            answer = api.ask("DELETE", plan_path(plan_id), headers=write_headers(JSON, if_match))
        if as_json:
            print(answer.text)
            return
        look = terminal.command(f"plans history {shlex.quote(plan_id)}")
        terminal.line(f"Plan {plan_id} is deleted; its history stays: {look}")
