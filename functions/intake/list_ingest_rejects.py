"""GET /ingest/{task_id}/rejects: the rejected rows of a file, as CSV to correct and upload again."""

from intake.files.rejects import header_row
from intake.jobs import job_repository
from intake.jobs.row_list import row_list_answer
from payerworks.http import Answer, Request, http_operation

_NO_COLUMNS = header_row([], ",")


@http_operation(
    answers={200: "text/csv", 303: None},
    errors=(404,),
    answer_headers={200: ("Content-Disposition",), 303: ("Location",)},
    audit="file",
)
def handler(request: Request) -> Answer:
    job = job_repository.read_job(request.tenant, request.path("task_id"))
    split = job.split
    header = header_row(split.columns, split.delimiter, is_reject_list=split.is_reject_list) if split else _NO_COLUMNS
    return row_list_answer(job, "rejects", header)
