"""GET /ingest/{task_id}/duplicates: the rows of a file that are stored already, by line, as CSV."""

from intake.files.rejects import DUPLICATES_HEADER
from intake.jobs import job_repository
from intake.jobs.row_list import row_list_answer
from payerworks.http import Answer, Request, http_operation


@http_operation(
    answers={200: "text/csv", 303: None},
    errors=(404,),
    answer_headers={200: ("Content-Disposition",), 303: ("Location",)},
    audit="file",
)
def handler(request: Request) -> Answer:
    job = job_repository.read_job(request.tenant, request.path("task_id"))
    return row_list_answer(job, "duplicates", DUPLICATES_HEADER)
