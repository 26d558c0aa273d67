"""GET /users/{id}: a user."""

from auth.users.user_answer import user_answer, user_etag, user_in_path
from payerworks.conditional import not_modified
from payerworks.http import Answer, Request, http_operation


@http_operation(answers={200: "auth.users.models.UserEntry", 304: None}, errors=(404,), headers=("If-None-Match",))
def handler(request: Request) -> Answer:
    user = user_in_path(request)
    return not_modified(request, user_etag(user)) or user_answer(user)
