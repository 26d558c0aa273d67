"""POST /claims/{id}/payment/decision: end the review of a claim; the note is kept as a step of its payment.

`approve` asks for the payment; a claim whose net fee is below 0 is processed, and nothing is paid. `refuse` lets the
claim fail.
"""

from claims.claim.claim_id import claim_id_of
from claims.claim.models import PaymentDecision
from claims.payments.payment import Payment, SagaStep
from claims.payments.payment_repository import ask, decline, waive
from claims.payments.personal_change import change_claim
from payerworks import json_text
from payerworks.http import Answer, Request, http_operation
from payerworks.idempotency import idempotent
from payerworks.times import now
from payerworks.validation import checked


@http_operation(
    body="claims.claim.models.PaymentDecision",
    answers={200: "claims.claim.models.ClaimPayment", 204: None},
    errors=(404, 409, 412, 413, 415, 422, 428),
    headers=("Idempotency-Key", "If-Match", "If-None-Match", "Prefer"),
    audit="claim",
    announces=True,
)
def handler(request: Request) -> Answer:
    claim_id = claim_id_of(request)
    value = json_text.read(request.body())

    def run(_: str) -> Answer:
        decision = checked(PaymentDecision, value, "The decision is not valid.")
        refuses = decision.decision == "refuse"
        step = SagaStep("declined" if refuses else "approved", now(), decision.note, by=request.user_id)
        payment = change_claim(request, claim_id, step, _obstacle, decline if refuses else _approve)
        return request.preferred(Answer(200, payment.text, {"ETag": payment.claim.etag}))

    return idempotent(request, value, run)


def _obstacle(payment: Payment) -> str | None:
    if payment.claim.status != "payment_review":
        return f"The claim is not in review: it is {payment.claim.status}."
    return payment.reversal


def _approve(payment: Payment, step: SagaStep) -> Payment:
    return ask(payment, step) if payment.claim.net_fee > 0 else waive(payment, step)
