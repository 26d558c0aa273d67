"""GET /claims/{id}: a claim as it is stored."""

import re

from claims import repository
from payerworks.conditional import not_modified
from payerworks.errors import NotFound
from payerworks.http import http_operation
from payerworks.request import Answer, Request

_ID = re.compile(r"[0-9a-f]{32}")


@http_operation(answers={200: "claims.models.Claim", 304: None}, errors=(404,), headers=("If-None-Match",))
def handler(request: Request) -> Answer:
    claim_id = request.path("id")
    # What is no id of ours may be longer than a key of the table can be.
    claim = repository.read_claim(request.tenant, claim_id) if _ID.fullmatch(claim_id) else None
    if claim is None:
        raise NotFound("There is no claim with this id.")
    return not_modified(request, claim.etag) or Answer(200, claim.text, {"ETag": claim.etag})
