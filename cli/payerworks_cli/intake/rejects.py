"""`payerworks jobs rejects`: the rejected rows as CSV, to correct and send again."""

from payerworks_cli.intake.ingest_job import JobId
from payerworks_cli.intake.job_rows import Force, Output, get_rows
from payerworks_cli.session import AsJson
from payerworks_cli.target import Target


def rejects(
    job_id: JobId, output: Output = None, force: Force = False, *, target: Target, as_json: AsJson = False
) -> None:
    """Get a job's rejected rows with their `line` and `reject_reason`. Corrected, they can be sent again.

    Example: payerworks jobs rejects 0f1e2d3c -o rejects.csv
    """
    get_rows(job_id, "rejects", "rejected row", output, target, force=force, as_json=as_json)
