"""`payerworks jobs duplicates`: the rows that were known already, as CSV."""

from payerworks_cli.intake.ingest_job import JobId
from payerworks_cli.intake.job_rows import Force, Output, get_rows
from payerworks_cli.session import AsJson
from payerworks_cli.target import Target


def duplicates(
    job_id: JobId, output: Output = None, force: Force = False, *, target: Target, as_json: AsJson = False
) -> None:
    """Get the lines of a job's duplicates, each with what it is a duplicate of.

    Example: payerworks jobs duplicates 0f1e2d3c -o duplicates.csv
    """
    get_rows(job_id, "duplicates", "duplicate", output, target, force=force, as_json=as_json)
