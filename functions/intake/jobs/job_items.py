"""Jobs from the items of table `intake` (keys and indexes: job_repository.py)."""

from typing import Any

from intake.files.columns import ColumnMapping
from intake.jobs.jobs import COUNTS, Counts, File, FileJob, SplitResult
from payerworks import json_text
from payerworks.dynamodb import Item, Table

TABLE = Table("intake")
_TIMES = ("started_at", "handed_on_at", "split_at", "retried_at", "loaded_at", "finished_at")


def job_of(item: Item) -> FileJob:
    """The job in an item."""
    tenant, _, task_id = item["pk"]["S"].split("#")
    split = json_text.read(item["split"]["S"]) if "split" in item else None
    return FileJob(
        tenant=tenant,
        task_id=task_id,
        file=File(item["file_key"]["S"], item["version"]["S"]),
        kind=item["kind"]["S"],
        status=item["status"]["S"],
        received_at=item["received_at"]["S"],
        split=_split_of(split) if split else None,
        hand_overs=int(item.get("hand_overs", {"N": "0"})["N"]),
        chunks_done=int(item.get("chunks_done", {"N": "0"})["N"]),
        counts=Counts(**{name: int(item[name]["N"]) for name in COUNTS if name in item}),
        **{name: item[name]["S"] for name in (*_TIMES, "retried", "error") if name in item},
    )


def _split_of(split: dict[str, Any]) -> SplitResult:
    mapping = split.get("mapping")  # jobs that are older than mappings have none
    objects = {"source": File(**split["source"]), "mapping": ColumnMapping(**mapping) if mapping else None}
    return SplitResult(**split | objects)
