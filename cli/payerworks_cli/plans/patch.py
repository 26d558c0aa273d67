"""`payerworks plans patch`: change parts of a plan."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from payerworks_cli.errors import ApiProblem
from payerworks_cli.local_files import read_json, shown_name
from payerworks_cli.plans.get import plan_path
from payerworks_cli.plans.plan_write import JSON, IfMatch, PlanId, advising_etag, etag_of, show_written, write_headers
from payerworks_cli.session import AsJson, session
from payerworks_cli.target import Target


class PatchType(StrEnum):
    """How a change is written."""

    MERGE = "merge"
    MERGE_PATCH = "merge-patch"
    JSON_PATCH = "json-patch"


MEDIA_TYPES = {
    PatchType.MERGE: JSON,
    PatchType.MERGE_PATCH: "application/merge-patch+json",
    PatchType.JSON_PATCH: "application/json-patch+json",
}


def patch(
    plan_id: PlanId,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A JSON file with the change; - reads standard input.")],
    patch_type: Annotated[
        PatchType | None,
        typer.Option(
            "--type",
            metavar="TYPE",
            help="merge: services are matched by objectId; merge-patch: RFC 7396; json-patch: RFC 6902. "
            "Without it, a list is a JSON Patch and an object is merged.",
        ),
    ] = None,
    if_match: IfMatch = None,
    *,
    target: Target,
    as_json: AsJson = False,
) -> None:
    """Change parts of a plan.

    Example: payerworks plans patch sbc-plan-7 change.json --type merge
    """
    with session(target, as_json=as_json) as (terminal, api):
        change = read_json(file)
        by_content = PatchType.JSON_PATCH if isinstance(change.value, list) else PatchType.MERGE
        headers = write_headers(MEDIA_TYPES[patch_type or by_content], if_match)
        before = "" if as_json else etag_of(api, plan_path(plan_id))
        try:
            with advising_etag(plan_id, terminal):
                answer = api.ask("PATCH", plan_path(plan_id), content=change.content, headers=headers)
        except ApiProblem as problem:
            # Pointers name places of the plan that would result, not of the file.
            raise problem.of_file(shown_name(file), str) from None
        show_written(answer, "changed", terminal, as_json=as_json, before=before)
