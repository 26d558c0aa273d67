"""POST /claims/{id}/void: withdraw a claim that was not paid; it stays readable, its net fee leaves the totals.

A claim that is void already stays unchanged.
"""

from claims.claim.claim_id import claim_id_of
from claims.payments.payment import Payment, SagaStep
from claims.payments.payment_repository import void
from claims.payments.personal_change import change_claim
from payerworks.http import Answer, Request, http_operation
from payerworks.idempotency import idempotent
from payerworks.times import now


@http_operation(
    answers={200: "claims.claim.models.Claim", 204: None},
    errors=(404, 409, 412, 422, 428),
    headers=("Idempotency-Key", "If-Match", "If-None-Match", "Prefer"),
    audit="claim",
    announces=True,
)
def handler(request: Request) -> Answer:
    claim_id = claim_id_of(request)

    def run(_: str) -> Answer:
        step = SagaStep("voided", now(), "the claim was made void", by=request.user_id)
        claim = change_claim(request, claim_id, step, _obstacle, _void).claim
        return request.preferred(Answer(200, claim.text, {"ETag": claim.etag}))

    return idempotent(request, None, run)


def _void(payment: Payment, step: SagaStep) -> Payment:
    return payment if payment.claim.status == "void" else void(payment, step)


def _obstacle(payment: Payment) -> str | None:
    if payment.claim.status == "void" or payment.is_voidable:
        return None
    if payment.claim.status == "failed":
        return payment.reversal
    return f"The claim's payment was begun and has not failed: the claim is {payment.claim.status}."
