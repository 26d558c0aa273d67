"""Table `claims`: the payments, which are attributes of the CLAIM items (keys and other attributes: repository.py).

Each move of a claim is one conditional write of one item, so a claim is never half-moved. Attributes:
    attempt                     number of the payment, from 1; absent before the first request
    steps                       list of {step, at, detail, attempt, by, replaced}; of the last three, those are absent
                                that are 1 and None
    review_reason               why the claim was given up; absent in every state but payment_review
    overdue_shard, overdue_at   when the schedule looks at the claim (settlement.py): deadline for leaving the state, or
                                for asking the processor what it has paid after all; absent if it need not look
A move also changes status, version and operation.

Index by_overdue (overdue_shard, overdue_at), keys only, for the schedule. It is the only index whose key does not begin
with a tenant: the schedule works for all tenants, and no request of a client reads it.

Access patterns
    a payment           GetItem CLAIM
    overdue claims      Query by_overdue, each shard up to now
"""

import datetime
import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from claims.claim.claim_id import NOT_FOUND
from claims.claim.status import MOVES, RECEIVED_LASTS, REQUESTED_LASTS, PaymentEvent
from claims.payments.payment import Payment, SagaStep
from claims.storage.claim_items import SHARDS, TABLE, claim_from, claim_key, partition_key, shard_of
from payerworks.dynamodb import ConditionFailed, Item
from payerworks.errors import NotFound
from payerworks.times import now, until

MOST_OVERDUE = 2000
"""Overdue claims that are looked for at once, of a shard: more than a run of the schedule has time for."""


class NotMoved(Exception):
    """The claim is in the wrong state or has changed; the same call would fail again. `payment` is its payment now."""

    def __init__(self, payment: Payment) -> None:
        super().__init__()
        self.payment = payment


def retry_on_conflict(payment: Payment, write: Callable[[Payment], Payment]) -> Payment:
    """The result of `write(payment)`; it runs again with the payment as it is now while it raises NotMoved.

    It ends because each repeat means that the claim has moved, and that has few moves to make.
    """
    while True:
        try:
            return write(payment)
        except NotMoved as not_moved:
            payment = not_moved.payment


def read_payment(tenant: str, claim_id: str) -> Payment:
    """The payment of a claim, requested or not. Raises NotFound."""
    return _payment_from(TABLE.get(claim_key(tenant, claim_id)))


def request_payment(tenant: str, claim_id: str) -> Payment:
    """Move a claim with a net fee above 0 to payment_requested. Raises NotMoved, NotFound, Unavailable."""
    step = SagaStep("requested", now(), "its net fee is to be paid")
    first = ", attempt = if_not_exists(attempt, :one)"
    change = _Change("requested", [step], "net_fee > :zero", {":zero": {"N": "0"}}, first, lasts=REQUESTED_LASTS)
    return _move(tenant, claim_id, change)


def store_settlement(tenant: str, claim_id: str, event: PaymentEvent, attempt: int, steps: Sequence[SagaStep]) -> None:
    """Store the end of an attempt; `event` is settled or refused. Raises NotMoved, NotFound, Unavailable.

    The schedule asks the processor once more for the attempts that have not settled the claim, if there are any.
    """
    lasts = None if event == "settled" and attempt == 1 else REQUESTED_LASTS
    values = {":attempt": {"N": str(attempt)}}
    _move(tenant, claim_id, _Change(event, steps, "attempt = :attempt", values, lasts=lasts))


# The following writes raise NotMoved if the claim has changed since the payment was read, and Unavailable.


def begin_reversal(payment: Payment, step: SagaStep) -> Payment:
    """Move a claim to failed before its payment, whose step is given, is reversed; the reversal has a deadline."""
    return _move(*_key(payment), _as_read(payment, "unsettled", step, lasts=REQUESTED_LASTS))


def note_paid(payment: Payment, step: SagaStep) -> Payment:
    """Store the payment of an attempt that can no longer settle the claim, before it is reversed.

    The reversal has a deadline: that of the claim if it has one.
    """
    lasts = REQUESTED_LASTS if payment.overdue_at is None else None
    return _write(*_key(payment), _as_read(payment, "unsettled", step, lasts=lasts, keeps_deadline=True))


def end_reversal(payment: Payment, attempt: int) -> Payment:
    """Store that the payment of an attempt is reversed; the claim's state stays the same.

    So does its deadline where another attempt, or the claim's state, may need it: the schedule ends it.
    """
    step = SagaStep("reversed", now(), "the payment has not settled the claim", attempt)
    return _write(*_key(payment), _as_read(payment, "reversed", step, keeps_deadline=payment.attempt != 1))


def end_wait(payment: Payment) -> None:
    """Remove the deadline of a claim, which no client sees, unless the claim has changed since it was read."""
    version = {":version": {"N": str(payment.claim.version)}}
    # Without its operation, the stream does not publish the claim's last change again.
    change = "REMOVE overdue_shard, overdue_at, operation"
    TABLE.update_if("version = :version", claim_key(*_key(payment)), change, version)


def wait_again(payment: Payment) -> None:
    """Set the deadline of a received claim anew, which no client sees, unless the claim has changed since."""
    version = {":version": {"N": str(payment.claim.version)}, ":until": {"S": until(RECEIVED_LASTS)}}
    # Without its operation, the stream does not publish the claim's last change again.
    TABLE.update_if(
        "version = :version", claim_key(*_key(payment)), "SET overdue_at = :until REMOVE operation", version
    )


def give_up(payment: Payment, reason: str) -> Payment:
    """Move a claim to payment_review; the reason is for the person who decides. A reversal keeps its deadline."""
    step = SagaStep("review", now(), reason)
    change = _as_read(payment, "given_up", step, keeps_deadline=payment.reversal is not None)
    values = change.values | {":reason": {"S": reason}}
    return _move(*_key(payment), change._replace(values=values, sets=", review_reason = :reason"))


def ask(payment: Payment, step: SagaStep) -> Payment:
    """Let a claim wait for a request of its payment again."""
    change = _by_person(payment, "asked", step, lasts=RECEIVED_LASTS)
    if payment.next_attempt is not None:
        values = change.values | {":attempt": {"N": str(payment.next_attempt)}}
        change = change._replace(values=values, sets=", attempt = :attempt")
    return _move(*_key(payment), change)


def waive(payment: Payment, step: SagaStep) -> Payment:
    """Let a claim in review be processed without a payment."""
    return _move(*_key(payment), _by_person(payment, "waived", step))


def decline(payment: Payment, step: SagaStep) -> Payment:
    """Let a claim in review fail; if its payment was requested, the processor is to be asked for it once more."""
    lasts = None if payment.attempt is None else REQUESTED_LASTS
    return _move(*_key(payment), _by_person(payment, "declined", step, lasts=lasts))


def void(payment: Payment, step: SagaStep) -> Payment:
    """Make a claim void."""
    keeps = payment.claim.status == "failed"
    return _move(*_key(payment), _by_person(payment, "voided", step, keeps_deadline=keeps))


def find_overdue() -> Iterator[tuple[str, str]]:
    """Tenant and id of the claims that are overdue longest, MOST_OVERDUE of each shard, in the index.

    It lags behind the table. Raises Unavailable.
    """
    for shard in range(SHARDS):
        values = {":shard": {"S": str(shard)}, ":now": {"S": now()}}
        found = TABLE.query("overdue_shard = :shard AND overdue_at < :now", values, IndexName="by_overdue")
        for item in itertools.islice(found, MOST_OVERDUE):
            tenant, claim_id = item["pk"]["S"].split("#", 1)
            yield tenant, claim_id


class _Change(NamedTuple):
    """A conditional write of a claim.

    steps           steps to add, at least one
    values          values of the names in `condition` and `sets`
    sets            further assignments, each after a comma
    removes         attributes to remove
    lasts           how long the claim may stay as it is then; None: without end
    keeps_deadline  its deadline stays the same
    """

    operation: str
    steps: Sequence[SagaStep]
    condition: str
    values: Item
    sets: str = ""
    removes: tuple[str, ...] = ()
    lasts: datetime.timedelta | None = None
    keeps_deadline: bool = False


def _key(payment: Payment) -> tuple[str, str]:
    return payment.claim.tenant, payment.claim.claim_id


def _as_read(payment: Payment, operation: str, step: SagaStep, **members: Any) -> _Change:
    """A change of a claim that has not changed since it was read."""
    version = {":version": {"N": str(payment.claim.version)}}
    return _Change(operation, [step], "version = :version", version, **members)


def _by_person(payment: Payment, operation: str, step: SagaStep, **members: Any) -> _Change:
    return _as_read(payment, operation, step._replace(replaced=payment.claim.version), **members)


def _move(tenant: str, claim_id: str, change: _Change) -> Payment:
    """Make the move in MOVES that the change's operation names."""
    move = MOVES[change.operation]
    target_list = partition_key(tenant, move.target, shard_of(claim_id))
    sources = {f":source{number}": {"S": status} for number, status in enumerate(move.sources)}
    full_change = change._replace(
        condition=f"#status IN ({', '.join(sources)}) AND {change.condition}",
        values=change.values | sources | {":target": {"S": move.target}, ":list": {"S": target_list}},
        sets=f"{change.sets}, #status = :target, status_list = :list",
        removes=() if move.target == "payment_review" else ("review_reason",),
    )
    return _write(tenant, claim_id, full_change, ExpressionAttributeNames={"#status": "status"})


def _write(tenant: str, claim_id: str, change: _Change, **options: Any) -> Payment:
    """Change a claim's item and raise its version; returns the payment after the change.

    The steps tell whose change it was, if an answer was lost: no other has the same step at the same millisecond.
    """
    steps = [_step_item(step) for step in change.steps]
    values = change.values | {":one": {"N": "1"}, ":operation": {"S": change.operation}}
    values |= {":none": {"L": []}, ":steps": {"L": steps}}
    sets = f"{change.sets}, steps = list_append(if_not_exists(steps, :none), :steps)"
    removes = change.removes
    if change.lasts is not None:
        sets += ", overdue_shard = :shard, overdue_at = :until"
        values |= {":shard": {"S": str(shard_of(claim_id))}, ":until": {"S": until(change.lasts)}}
    elif not change.keeps_deadline:
        removes += ("overdue_shard", "overdue_at")
    expression = f"SET version = version + :one, operation = :operation{sets}"
    if removes:
        expression += f" REMOVE {', '.join(removes)}"
    key = claim_key(tenant, claim_id)

    def is_done(item: Item) -> bool:
        return "steps" in item and all(step in item["steps"]["L"] for step in steps)

    try:
        return _payment_from(TABLE.update(key, expression, values, change.condition, is_done=is_done, **options))
    except ConditionFailed as failed:
        raise NotMoved(_payment_from(failed.item)) from None


def _step_item(step: SagaStep) -> Item:
    texts = {"step": step.step, "at": step.at, "detail": step.detail}
    item: Item = {name: {"S": text} for name, text in texts.items()}
    if step.attempt != 1:
        item["attempt"] = {"N": str(step.attempt)}
    if step.by is not None:
        item["by"] = {"S": step.by}
    if step.replaced is not None:
        item["replaced"] = {"N": str(step.replaced)}
    return {"M": item}


def _step_from(item: Mapping[str, Any]) -> SagaStep:
    return SagaStep(
        step=item["step"]["S"],
        at=item["at"]["S"],
        detail=item["detail"]["S"],
        attempt=int(item["attempt"]["N"]) if "attempt" in item else 1,
        by=item["by"]["S"] if "by" in item else None,
        replaced=int(item["replaced"]["N"]) if "replaced" in item else None,
    )


def _payment_from(item: Mapping[str, Any] | None) -> Payment:
    if not item:
        raise NotFound(NOT_FOUND)
    return Payment(
        claim=claim_from(item),
        attempt=int(item["attempt"]["N"]) if "attempt" in item else None,
        steps=tuple(_step_from(entry["M"]) for entry in item["steps"]["L"]) if "steps" in item else (),
        overdue_at=item["overdue_at"]["S"] if "overdue_at" in item else None,
    )
