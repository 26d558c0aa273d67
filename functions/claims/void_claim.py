"""POST /claims/{id}/void: withdraw a claim that was not paid; it stays readable, its net fee leaves the totals.

A claim that is void already stays unchanged.
"""

from claims.claim.claim_id import claim_id_of
from claims.payments.payment import Payment
from claims.payments.payment_repository import read_payment, retry_on_conflict, void
from payerworks.conditional import check_preconditions
from payerworks.errors import Conflict
from payerworks.http import Answer, Request, http_operation
from payerworks.idempotency import idempotent


@http_operation(
    answers={200: "claims.claim.models.Claim", 204: None},
    errors=(404, 409, 412, 422, 428),
    headers=("Idempotency-Key", "If-Match", "If-None-Match", "Prefer"),
)
def handler(request: Request) -> Answer:
    claim_id = claim_id_of(request)

    def move(payment: Payment) -> Payment:
        check_preconditions(request, payment.claim.etag)
        if payment.claim.status == "void":
            return payment
        if not payment.is_voidable:
            raise Conflict(_reason(payment))
        return void(payment)

    def run(_: str) -> Answer:
        claim = retry_on_conflict(read_payment(request.tenant, claim_id), move).claim
        return request.preferred(Answer(200, claim.text, {"ETag": claim.etag}))

    return idempotent(request, None, run)


def _reason(payment: Payment) -> str:
    if payment.claim.status == "failed" and payment.reversal:
        return payment.reversal
    return f"The claim's payment was begun and has not failed: the claim is {payment.claim.status}."
