"""GET /claims/{id}: a stored claim."""

from claims.claim.claim_id import NOT_FOUND, claim_id_of
from claims.storage import repository
from payerworks.conditional import not_modified
from payerworks.errors import NotFound
from payerworks.http import Answer, Request, http_operation


@http_operation(
    answers={200: "claims.claim.models.Claim", 304: None}, errors=(404,), headers=("If-None-Match",), audit="claim"
)
def handler(request: Request) -> Answer:
    claim = repository.read_claim(request.tenant, claim_id_of(request))
    if claim is None:
        raise NotFound(NOT_FOUND)
    request.trail.concern("subscriber", claim.subscriber_number)
    return not_modified(request, claim.etag) or Answer(200, claim.text, {"ETag": claim.etag})
