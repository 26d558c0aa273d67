"""DELETE /api/v1/patients/{id}/{kind}/{entry_id}: take an entry out of its list; its versions stay readable.

By the doctor who treats the patient; where the patient has none, by a doctor of the institution.
"""

from patients.entries.writing import change_entry
from payerworks.http import Answer, Request, http_operation


@http_operation(answers={204: None}, errors=(404, 412, 428), headers=("If-Match", "If-None-Match"), audit="patient")
def handler(request: Request) -> Answer:
    change_entry(request, "deleted", lambda entry: entry)
    return Answer(204)
