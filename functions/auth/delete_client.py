"""DELETE /clients/{id}: delete a machine; its secrets and its tokens end at once."""

from auth.clients import repository
from payerworks.errors import NotFound
from payerworks.http import Answer, Request, http_operation


@http_operation(answers={204: None}, errors=(404,))
def handler(request: Request) -> Answer:
    if not repository.delete_client(request.tenant, request.path("id")):
        raise NotFound("There is no client with this id.")
    return Answer(204)
