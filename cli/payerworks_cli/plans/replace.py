"""`payerworks plans replace`: replace a whole plan."""

from payerworks_cli.local_files import names_lines, read_json
from payerworks_cli.plans.get import plan_path
from payerworks_cli.plans.plan_write import (
    JSON,
    IfMatch,
    PlanFile,
    advising_etag,
    etag_of,
    plan_id_of,
    show_written,
    write_headers,
)
from payerworks_cli.session import AsJson, session
from payerworks_cli.target import Target


def replace(file: PlanFile, if_match: IfMatch = None, *, target: Target, as_json: AsJson = False) -> None:
    """Replace the plan that has the file's objectId by the file. The history keeps what it replaces.

    Example: payerworks plans replace plan.json --if-match 3-1f2e3d4c
    """
    with session(target, as_json=as_json) as (terminal, api):
        plan = read_json(file)
        plan_id = plan_id_of(plan)
        path = plan_path(plan_id)
        before = "" if as_json else etag_of(api, path)
        with advising_etag(plan_id, terminal), names_lines(plan):
            answer = api.ask("PUT", path, content=plan.content, headers=write_headers(JSON, if_match))
        show_written(answer, "replaced", terminal, as_json=as_json, before=before)
