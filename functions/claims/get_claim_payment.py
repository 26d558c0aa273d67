"""GET /claims/{id}/payment: the payment of a claim, step by step; without steps if none was requested yet."""

from claims.claim.claim_id import claim_id_of
from claims.payments.payment_repository import read_payment
from payerworks.conditional import not_modified
from payerworks.http import Answer, Request, http_operation


@http_operation(
    answers={200: "claims.claim.models.ClaimPayment", 304: None},
    errors=(404,),
    headers=("If-None-Match",),
    audit="claim",
)
def handler(request: Request) -> Answer:
    payment = read_payment(request.tenant, claim_id_of(request))
    request.trail.concern("subscriber", payment.claim.subscriber_number)
    etag = payment.claim.etag
    return not_modified(request, etag) or Answer(200, payment.text, {"ETag": etag})
