"""POST /claims/{id}/payment/request: ask again for the payment of a claim that is received, failed or in review.

What the payment processor has paid for it already is found, so that it is still paid at most once.
"""

from claims.claim.claim_id import claim_id_of
from claims.payments.payment import SagaStep
from claims.payments.payment_repository import ask
from claims.payments.personal_change import change_claim
from payerworks.http import Answer, Request, http_operation
from payerworks.idempotency import idempotent
from payerworks.times import now


@http_operation(
    answers={202: "claims.claim.models.ClaimPayment", 204: None},
    errors=(404, 409, 412, 422, 428),
    headers=("Idempotency-Key", "If-Match", "If-None-Match", "Prefer"),
    audit="claim",
    announces=True,
)
def handler(request: Request) -> Answer:
    claim_id = claim_id_of(request)

    def run(_: str) -> Answer:
        step = SagaStep("asked", now(), "payment was asked for again", by=request.user_id)
        payment = change_claim(request, claim_id, step, lambda payment: payment.obstacle, ask)
        return request.preferred(Answer(202, payment.text, {"ETag": payment.claim.etag}))

    return idempotent(request, None, run)
