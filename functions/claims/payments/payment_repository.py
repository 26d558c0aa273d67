"""Table `claims`: the payments, which are attributes of the claims' own items (their keys: repository.py).

A move and all that belongs to it is one conditional write of one item, so a claim is never half-moved.

CLAIM, beside what repository.py lists:
    attempt                     which payment it is; absent while none was begun
    steps                       list of {step, at, detail}
    reversed                    whether the payment was taken back; absent where it was not
    overdue_shard, overdue_at   until when the state may last; absent where it may last
A move changes status, version and operation with them.

Index by_overdue (overdue_shard, overdue_at), keys only. It is the schedule's, for all tenants at once, and the one
index whose key names none: no request of a client reads it.

Access patterns
    a payment           GetItem CLAIM
    what is overdue     Query by_overdue, each shard up to now
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from claims.claim.claim_id import NOT_FOUND
from claims.claim.status import MOVES, REQUESTED_LASTS, PaymentEvent
from claims.claim.stored_claim import StoredClaim
from claims.payments.payment import Payment, SagaStep
from claims.storage.claim_items import TABLE, claim_from, claim_key, status_list
from claims.storage.shards import SHARDS, shard_of
from payerworks.dynamodb import OLD_ITEM, ConditionFailed, Item
from payerworks.errors import NotFound
from payerworks.times import now, until


class NotMoved(Exception):
    """The claim is not as the change needs it, and stays so; `held` is its payment."""

    def __init__(self, held: Payment) -> None:
        super().__init__()
        self.held = held


def read_payment(tenant: str, claim_id: str) -> Payment:
    """The payment of a claim, begun or not. Raises NotFound."""
    return _payment_from(tenant, claim_id, TABLE.get(claim_key(tenant, claim_id)))


def request(tenant: str, claim_id: str) -> Payment:
    """Take a claim that is to be paid to payment_requested. Raises NotMoved, NotFound, Unavailable."""
    step = SagaStep("requested", now(), "its net fee is to be paid")
    first = ", attempt = if_not_exists(attempt, :one)"
    change = _Change("requested", [step], "net_fee > :zero", {":zero": {"N": "0"}}, first, waits=True)
    return _payment_from(tenant, claim_id, _move(tenant, claim_id, change))


def settle(tenant: str, claim_id: str, event: PaymentEvent, attempt: int, steps: Sequence[SagaStep]) -> None:
    """Store how an attempt ended: `event` is settled or refused. Raises NotMoved, NotFound, Unavailable."""
    _move(tenant, claim_id, _Change(event, steps, "attempt = :attempt", {":attempt": {"N": str(attempt)}}))


def begin_reversal(tenant: str, claim_id: str, attempt: int, steps: Sequence[SagaStep]) -> None:
    """Fail a claim whose payment is to be reversed: until `end_reversal` it may become overdue.

    Raises NotMoved, NotFound, Unavailable.
    """
    values = {":attempt": {"N": str(attempt)}}
    _move(tenant, claim_id, _Change("unsettled", steps, "attempt = :attempt", values, waits=True))


def end_reversal(tenant: str, claim_id: str) -> None:
    """Store that the payment was reversed; the claim's state stays what it is.

    Raises NotMoved where that is stored already, NotFound, Unavailable.
    """
    step = SagaStep("reversed", now(), "its settlement could not be stored")
    values = {":yes": {"BOOL": True}}
    change = _Change("reversed", [step], "attribute_not_exists(reversed)", values, ", reversed = :yes")
    _write(tenant, claim_id, change)


def give_up(payment: Payment) -> None:
    """Take a claim that cannot be paid to payment_review, if it is still as it was read.

    Raises NotMoved, Unavailable.
    """
    _move_as_read(payment, "given_up")


def void(payment: Payment) -> StoredClaim:
    """Make a claim void, if it is still as it was read. Raises NotMoved, Unavailable."""
    return claim_from(payment.claim.tenant, payment.claim.claim_id, _move_as_read(payment, "voided"))


def overdue() -> Iterator[tuple[str, str]]:
    """Tenant and id of each claim that has been in its state for too long, as the index knew it a moment ago."""
    for shard in range(SHARDS):
        values = {":shard": {"S": str(shard)}, ":now": {"S": now()}}
        for item in TABLE.query("overdue_shard = :shard AND overdue_at < :now", values, IndexName="by_overdue"):
            tenant, claim_id = item["pk"]["S"].split("#", 1)
            yield tenant, claim_id


class _Change(NamedTuple):
    """A write: the steps it adds, what it `sets` beside them, and whether the claim then `waits` for a settlement."""

    operation: str
    steps: Sequence[SagaStep]
    condition: str
    values: Item
    sets: str = ""
    waits: bool = False


def _move_as_read(payment: Payment, event: PaymentEvent) -> Item:
    claim = payment.claim
    change = _Change(event, [], "version = :version", {":version": {"N": str(claim.version)}})
    return _move(claim.tenant, claim.claim_id, change)


def _move(tenant: str, claim_id: str, change: _Change) -> Item:
    """Make the move of the event that the change's operation names."""
    move = MOVES[change.operation]
    listed = status_list(tenant, move.target, shard_of(claim_id))
    sources = {f":source{number}": {"S": status} for number, status in enumerate(move.sources)}
    moving = change._replace(
        condition=f"#status IN ({', '.join(sources)}) AND {change.condition}",
        values=change.values | sources | {":target": {"S": move.target}, ":list": {"S": listed}},
        sets=f"{change.sets}, #status = :target, status_list = :list",
    )
    return _write(tenant, claim_id, moving, ExpressionAttributeNames={"#status": "status"})


def _write(tenant: str, claim_id: str, change: _Change, **names: Any) -> Item:
    """Change a claim's item and raise its version; the whole item as it is then."""
    added = [{"M": {name: {"S": text} for name, text in step._asdict().items()}} for step in change.steps]
    values = change.values | {":one": {"N": "1"}, ":operation": {"S": change.operation}}
    values |= {":none": {"L": []}, ":steps": {"L": added}}
    steps = "steps = list_append(if_not_exists(steps, :none), :steps)"
    overdue = " REMOVE overdue_shard, overdue_at"
    if change.waits:
        overdue = ", overdue_shard = :shard, overdue_at = :until"
        values |= {":shard": {"S": str(shard_of(claim_id))}, ":until": {"S": until(REQUESTED_LASTS)}}
    change_text = f"SET version = version + :one, operation = :operation, {steps}{change.sets}{overdue}"
    try:
        return TABLE.update(claim_key(tenant, claim_id), change_text, values, change.condition, **names, **OLD_ITEM)
    except ConditionFailed as failed:
        raise NotMoved(_payment_from(tenant, claim_id, failed.item)) from None


def _payment_from(tenant: str, claim_id: str, item: Mapping[str, Any] | None) -> Payment:
    if not item:
        raise NotFound(NOT_FOUND)
    steps = [entry["M"] for entry in item["steps"]["L"]] if "steps" in item else []
    return Payment(
        claim=claim_from(tenant, claim_id, item),
        attempt=int(item["attempt"]["N"]) if "attempt" in item else None,
        steps=tuple(SagaStep(step["step"]["S"], step["at"]["S"], step["detail"]["S"]) for step in steps),
        overdue_at=item["overdue_at"]["S"] if "overdue_at" in item else None,
    )
