"""Changes of a claim that a person asks for by a request: a void, a request for payment, a decision.

A request may be sent again because its answer was lost. With the same `If-Match` it would be refused, as the claim has
changed: by the request itself. RFC 9110, section 13.1.1, allows to answer it as done instead, in steps:
1. A change adds a step to the claim, with the version that it replaced; steps are never removed.
2. If a request's step is there already, but for its time and user, and `If-Match` names the version that it replaced,
   then what the request asks for was done to the very claim that its sender saw.
3. So it is answered with the claim as it is now, which may have moved on since.
Example: a claim of version 3 is made void, and the answer is lost. The same void with `If-Match: "3"` finds the step
`voided` that replaced 3, and answers 200. With `If-Match: "2"`, or another decision than the one made, it is 412.
"""

from collections.abc import Callable

from claims.payments.payment import Payment, SagaStep
from claims.payments.payment_repository import read_payment, retry_on_conflict
from payerworks.conditional import check_preconditions, if_match_names
from payerworks.errors import Conflict
from payerworks.http import Request


def change_claim(
    request: Request,
    claim_id: str,
    step: SagaStep,
    obstacle: Callable[[Payment], str | None],
    write: Callable[[Payment, SagaStep], Payment],
) -> Payment:
    """Make the change of a claim that a request asks for, once; returns its payment after that.

    step      the step that the change adds
    obstacle  returns why it cannot be made now, in words for the client; None if it can
    write     makes it
    Raises NotFound, PreconditionFailed, PreconditionRequired, Conflict, Unavailable.
    """

    def change(payment: Payment) -> Payment:
        request.trail.concern("subscriber", payment.claim.subscriber_number)
        if _was_made(request, step, payment):
            return payment
        check_preconditions(request, payment.claim.etag)
        if reason := obstacle(payment):
            raise Conflict(reason)
        request.trail.announce()
        return write(payment, step)

    return retry_on_conflict(read_payment(request.tenant, claim_id), change)


def _was_made(request: Request, step: SagaStep, payment: Payment) -> bool:
    same = [each for each in payment.steps if (each.step, each.detail) == (step.step, step.detail)]
    return any(each.replaced is not None and if_match_names(request, f'"{each.replaced}"') for each in same)
