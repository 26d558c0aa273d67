"""POST /claims: store one claim, or all claims of a list or none; with `partial=true` those that are valid."""

from claims import repository
from claims.claim_list import check_list, entries, result_texts
from claims.models import MAX_LIST, MAX_PARTIAL, CreateClaimsQuery
from claims.received_claim import received_claims
from claims.stored_claim import StoredClaim
from payerworks import json_text
from payerworks.http import http_operation
from payerworks.idempotency import idempotent
from payerworks.request import Answer, Request
from payerworks.validation import query


@http_operation(
    query="claims.models.CreateClaimsQuery",
    body="claims.models.SubmittedClaims",
    answers={201: "claims.models.CreatedClaims", 204: None, 207: "claims.models.ClaimResults"},
    errors=(409, 413, 415, 422, 503),
    headers=("Idempotency-Key", "Prefer"),
)
def handler(request: Request) -> Answer:
    partial = query(CreateClaimsQuery, request).partial
    body = request.body()
    store = _store_each if partial else _store_all

    def again(kept: Answer, seed: str) -> Answer:
        # The same seed finds what is there: storing again adds nothing, and its answer is the same.
        return Answer(kept.status, store(request, body, seed).text, kept.headers)

    return idempotent(request, f"{partial}\n{body}", lambda seed: store(request, body, seed), again)


def _store_all(request: Request, body: str, seed: str) -> Answer:
    value = json_text.read(body)
    valid = check_list(entries(value, MAX_LIST), listed=isinstance(value, list))
    claims = received_claims(request.tenant, request.id, seed, dict(enumerate(valid)))
    repository.store(claims)
    if isinstance(value, list):
        return Answer(201, f"[{','.join(claim.text for claim in claims)}]")
    return _created(request, claims[0])


def _store_each(request: Request, body: str, seed: str) -> Answer:
    listed = entries(json_text.read(body), MAX_PARTIAL)
    return Answer(207, f"[{','.join(result_texts(request, seed, listed))}]")


def _created(request: Request, claim: StoredClaim) -> Answer:
    # Relative to the call's own URL, as a plan's.
    headers = {"Location": f"claims/{claim.claim_id}", "ETag": claim.etag}
    if request.wants_minimal:
        return Answer(204, headers=headers | {"Preference-Applied": "return=minimal"})
    return Answer(201, claim.text, headers)
