"""The items of jobs in table `intake`, to what the code knows (their keys: job_repository.py)."""

from typing import Any

from intake.files.columns import ColumnMapping
from intake.jobs.jobs import COUNTS, Counts, File, Job, Plan
from payerworks import json_text
from payerworks.dynamodb import Item, Table

TABLE = Table("intake")
_TIMES = ("started_at", "handed_on_at", "split_at", "retried_at", "loaded_at", "finished_at")


def job_of(item: Item) -> Job:
    """The job that an item holds."""
    tenant, _, task_id = item["pk"]["S"].split("#")
    plan = json_text.read(item["plan"]["S"]) if "plan" in item else None
    return Job(
        tenant=tenant,
        task_id=task_id,
        file=File(item["file_key"]["S"], item["version"]["S"]),
        kind=item["kind"]["S"],
        status=item["status"]["S"],
        received_at=item["received_at"]["S"],
        plan=_plan_of(plan) if plan else None,
        hand_overs=int(item.get("hand_overs", {"N": "0"})["N"]),
        chunks_done=int(item.get("chunks_done", {"N": "0"})["N"]),
        counts=Counts(**{name: int(item[name]["N"]) for name in COUNTS if name in item}),
        **{name: item[name]["S"] for name in (*_TIMES, "retried", "error") if name in item},
    )


def _plan_of(plan: dict[str, Any]) -> Plan:
    mapping = plan.get("mapping")  # a job of before there were mappings has none
    objects = {"source": File(**plan["source"]), "mapping": ColumnMapping(**mapping) if mapping else None}
    return Plan(**plan | objects)
