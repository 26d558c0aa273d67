"""POST /claims: store one claim, or all claims of a list or none; with `partial=true` those that are valid."""

from collections.abc import Sequence

from claims.claim.claim_list import check_list, entries
from claims.claim.models import MAX_LIST, MAX_PARTIAL, CreateClaimsQuery
from claims.claim.new_claim import new_claims
from claims.claim.stored_claim import StoredClaim
from claims.claim.valid_claim import ValidClaim, check_claim
from claims.storage import repository
from payerworks import json_text
from payerworks.dynamodb import TRANSACTION_ITEMS
from payerworks.errors import Fault, Unavailable
from payerworks.http import Answer, Request, http_operation
from payerworks.idempotency import idempotent
from payerworks.json_text import Json, pointer
from payerworks.parts import parts
from payerworks.validation import query


@http_operation(
    query="claims.claim.models.CreateClaimsQuery",
    body="claims.claim.models.SubmittedClaims",
    answers={201: "claims.claim.models.CreatedClaims", 204: None, 207: "claims.claim.models.ClaimResults"},
    errors=(409, 413, 415, 422),
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
    claims = new_claims(request.tenant, request.id, seed, dict(enumerate(valid)))
    repository.store(claims)
    if isinstance(value, list):
        return Answer(201, f"[{','.join(claim.text for claim in claims)}]")
    return _created(request, claims[0])


def _store_each(request: Request, body: str, seed: str) -> Answer:
    listed = entries(json_text.read(body), MAX_PARTIAL)
    return Answer(207, f"[{','.join(_results(request, seed, listed))}]")


def _created(request: Request, claim: StoredClaim) -> Answer:
    # Relative to the call's own URL, as a plan's.
    headers = {"Location": f"claims/{claim.claim_id}", "ETag": claim.etag}
    if request.wants_minimal:
        return Answer(204, headers=headers | {"Preference-Applied": "return=minimal"})
    return Answer(201, claim.text, headers)


def _results(request: Request, seed: str, values: Sequence[Json]) -> list[str]:
    """Store those that are valid, and say of each what became of it (JSON texts, in their order)."""
    checked = [check_claim(value, number) for number, value in enumerate(values)]
    valid = {number: claim for number, claim in enumerate(checked) if isinstance(claim, ValidClaim)}
    texts = {number: _refused(400, faults) for number, faults in enumerate(checked) if isinstance(faults, list)}
    for part in map(dict, parts(list(valid.items()), TRANSACTION_ITEMS)):
        claims = new_claims(request.tenant, request.id, seed, part)
        try:
            repository.store(claims)
        except Unavailable:
            # Others of the list may be stored: an error for all of it would have the client send those again.
            texts |= {number: _refused(503, [Fault(pointer(number), "was not stored, try again")]) for number in part}
        else:
            stored = zip(part, claims, strict=True)
            texts |= {number: f'{{"status":201,"claim":{claim.text}}}' for number, claim in stored}
    return [texts[number] for number in range(len(values))]


def _refused(status: int, faults: Sequence[Fault]) -> str:
    return json_text.write({"status": status, "errors": [fault._asdict() for fault in faults]})
