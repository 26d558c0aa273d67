"""POST /claims: store one claim, or all claims of a list or none; with `partial=true`, the valid ones."""

from collections.abc import Iterable, Sequence

from claims.claim.models import MAX_LIST, MAX_PARTIAL, CreateClaimsQuery
from claims.claim.new_claim import new_claims
from claims.claim.stored_claim import StoredClaim
from claims.claim.valid_claim import ValidClaim, as_list, check_all, check_claim
from claims.storage import repository
from payerworks import json_text
from payerworks.dynamodb import TRANSACTION_ITEMS
from payerworks.errors import Fault, Unavailable
from payerworks.http import Answer, Request, http_operation
from payerworks.idempotency import idempotent
from payerworks.json_text import Json, pointer
from payerworks.parts import parts
from payerworks.validation import query

_NOT_STORED = "may not be stored: send the whole list again, with the same Idempotency-Key if it had one"


@http_operation(
    query="claims.claim.models.CreateClaimsQuery",
    body="claims.claim.models.SubmittedClaims",
    answers={201: "claims.claim.models.CreatedClaims", 204: None, 207: "claims.claim.models.ClaimResults"},
    errors=(409, 413, 415, 422),
    headers=("Idempotency-Key", "Prefer"),
    answer_headers={201: ("ETag", "Location")},
    audit="claim",
    announces=True,
)
def handler(request: Request) -> Answer:
    partial = query(CreateClaimsQuery, request).partial
    value = json_text.read(request.body())
    store = _store_valid if partial else _store_all

    def restore(first: Answer, seed: str) -> Answer:
        # The seed gives the same ids again: storing adds nothing, and the body is the same.
        return Answer(first.status, store(request, value, seed).text, first.headers)

    return idempotent(request, [partial, value], lambda seed: store(request, value, seed), restore)


def _store_all(request: Request, value: Json, seed: str) -> Answer:
    valid = check_all(as_list(value, MAX_LIST), in_list=isinstance(value, list))
    _announce(request, valid)
    claims = repository.store(new_claims(request.tenant, request.id, seed, dict(enumerate(valid))))
    if isinstance(value, list):
        return Answer(201, f"[{','.join(claim.text for claim in claims)}]")
    return _created(request, claims[0])


def _announce(request: Request, valid: Iterable[ValidClaim]) -> None:
    request.trail.concern("subscriber", *(each.claim.subscriber_number for each in valid))
    request.trail.announce()


def _created(request: Request, claim: StoredClaim) -> Answer:
    # Relative to the request's URL, like that of a plan.
    headers = {"Location": f"claims/{claim.claim_id}", "ETag": claim.etag}
    return request.preferred(Answer(201, claim.text, headers))


def _store_valid(request: Request, value: Json, seed: str) -> Answer:
    """Store the valid claims of a list; answers a result for each entry, in their order."""
    results: dict[int, str] = {}
    valid: dict[int, ValidClaim] = {}
    is_complete = True
    for number, entry in enumerate(as_list(value, MAX_PARTIAL)):
        checked = check_claim(entry, number)
        if isinstance(checked, ValidClaim):
            valid[number] = checked
        else:
            results[number] = _error_result(400, checked)
    _announce(request, valid.values())
    for batch in map(dict, parts(list(valid.items()), TRANSACTION_ITEMS)):
        try:
            claims = repository.store(new_claims(request.tenant, request.id, seed, batch))
        except Unavailable:
            # Other batches may be stored: after an error for the whole list the client would send them again.
            is_complete = False
            for number in batch:
                results[number] = _error_result(503, [Fault(pointer(number), _NOT_STORED)])
        else:
            for number, claim in zip(batch, claims, strict=True):
                results[number] = f'{{"status":201,"claim":{claim.text}}}'
    return Answer(207, f"[{','.join(results[number] for number in sorted(results))}]", is_complete=is_complete)


def _error_result(status: int, faults: Sequence[Fault]) -> str:
    return json_text.write({"status": status, "errors": [fault._asdict() for fault in faults]})
