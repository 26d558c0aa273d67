"""Table `claims`: the payments, which are attributes of the CLAIM items (keys and other attributes: repository.py).

Each move of a claim is one conditional write of one item, so a claim is never half-moved. Attributes:
    attempt                     number of the payment, from 1; absent before the first request
    steps                       list of {step, at, detail}
    reversed                    true if the payment was reversed, else absent
    overdue_shard, overdue_at   deadline for leaving the state; absent if it has none
A move also changes status, version and operation.

Index by_overdue (overdue_shard, overdue_at), keys only, for the schedule. It is the only index whose key does not begin
with a tenant: the schedule works for all tenants, and no request of a client reads it.

Access patterns
    a payment           GetItem CLAIM
    overdue claims      Query by_overdue, each shard up to now
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from claims.claim.claim_id import NOT_FOUND
from claims.claim.status import MOVES, REQUESTED_LASTS, PaymentEvent
from claims.claim.stored_claim import StoredClaim
from claims.payments.payment import Payment, SagaStep
from claims.storage.claim_items import SHARDS, TABLE, claim_from, claim_key, partition_key, shard_of
from payerworks.dynamodb import ConditionFailed, Item
from payerworks.errors import NotFound
from payerworks.times import now, until


class NotMoved(Exception):
    """The claim is in the wrong state or has changed; the same call would fail again. `payment` is its payment now."""

    def __init__(self, payment: Payment) -> None:
        super().__init__()
        self.payment = payment


def read_payment(tenant: str, claim_id: str) -> Payment:
    """The payment of a claim, requested or not. Raises NotFound."""
    return _payment_from(TABLE.get(claim_key(tenant, claim_id)))


def request_payment(tenant: str, claim_id: str) -> Payment:
    """Move a claim with a net fee above 0 to payment_requested. Raises NotMoved, NotFound, Unavailable."""
    step = SagaStep("requested", now(), "its net fee is to be paid")
    first = ", attempt = if_not_exists(attempt, :one)"
    change = _Change("requested", [step], "net_fee > :zero", {":zero": {"N": "0"}}, first, waits=True)
    return _payment_from(_move(tenant, claim_id, change))


def store_settlement(tenant: str, claim_id: str, event: PaymentEvent, attempt: int, steps: Sequence[SagaStep]) -> None:
    """Store the end of an attempt; `event` is settled or refused. Raises NotMoved, NotFound, Unavailable."""
    _move(tenant, claim_id, _Change(event, steps, "attempt = :attempt", {":attempt": {"N": str(attempt)}}))


def begin_reversal(tenant: str, claim_id: str, attempt: int, steps: Sequence[SagaStep]) -> None:
    """Move a claim to failed before its payment is reversed; `end_reversal` has a deadline from now on.

    Raises NotMoved, NotFound, Unavailable.
    """
    values = {":attempt": {"N": str(attempt)}}
    _move(tenant, claim_id, _Change("unsettled", steps, "attempt = :attempt", values, waits=True))


def end_reversal(tenant: str, claim_id: str) -> None:
    """Store the step `reversed`; the claim's state stays the same.

    Raises NotMoved if it is stored already, NotFound, Unavailable.
    """
    step = SagaStep("reversed", now(), "its settlement could not be stored")
    values = {":yes": {"BOOL": True}}
    change = _Change("reversed", [step], "attribute_not_exists(reversed)", values, ", reversed = :yes")
    _write(tenant, claim_id, change)


def give_up(payment: Payment) -> None:
    """Move a claim to payment_review, if it has not changed since it was read. Raises NotMoved, Unavailable."""
    _move_as_read(payment, "given_up")


def void(payment: Payment) -> StoredClaim:
    """Make a claim void, if it has not changed since it was read. Raises NotMoved, Unavailable."""
    return claim_from(_move_as_read(payment, "voided"))


def find_overdue() -> Iterator[tuple[str, str]]:
    """Tenant and id of each overdue claim in the index, which lags behind the table. Raises Unavailable."""
    for shard in range(SHARDS):
        values = {":shard": {"S": str(shard)}, ":now": {"S": now()}}
        for item in TABLE.query("overdue_shard = :shard AND overdue_at < :now", values, IndexName="by_overdue"):
            tenant, claim_id = item["pk"]["S"].split("#", 1)
            yield tenant, claim_id


class _Change(NamedTuple):
    """A conditional write of a claim.

    steps   steps to add
    values  values of the names in `condition` and `sets`
    sets    further assignments, each after a comma
    waits   whether the claim gets a deadline; else it loses the one it has
    """

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
    """Make the move in MOVES that the change's operation names."""
    move = MOVES[change.operation]
    target_list = partition_key(tenant, move.target, shard_of(claim_id))
    sources = {f":source{number}": {"S": status} for number, status in enumerate(move.sources)}
    full_change = change._replace(
        condition=f"#status IN ({', '.join(sources)}) AND {change.condition}",
        values=change.values | sources | {":target": {"S": move.target}, ":list": {"S": target_list}},
        sets=f"{change.sets}, #status = :target, status_list = :list",
    )
    return _write(tenant, claim_id, full_change, ExpressionAttributeNames={"#status": "status"})


def _write(tenant: str, claim_id: str, change: _Change, **options: Any) -> Item:
    """Change a claim's item and raise its version; returns the whole item after the change."""
    new_steps = [{"M": {name: {"S": text} for name, text in step._asdict().items()}} for step in change.steps]
    values = change.values | {":one": {"N": "1"}, ":operation": {"S": change.operation}}
    values |= {":none": {"L": []}, ":steps": {"L": new_steps}}
    steps = "steps = list_append(if_not_exists(steps, :none), :steps)"
    deadline = " REMOVE overdue_shard, overdue_at"
    if change.waits:
        deadline = ", overdue_shard = :shard, overdue_at = :until"
        values |= {":shard": {"S": str(shard_of(claim_id))}, ":until": {"S": until(REQUESTED_LASTS)}}
    expression = f"SET version = version + :one, operation = :operation, {steps}{change.sets}{deadline}"
    try:
        return TABLE.update(claim_key(tenant, claim_id), expression, values, change.condition, **options)
    except ConditionFailed as failed:
        raise NotMoved(_payment_from(failed.item)) from None


def _payment_from(item: Mapping[str, Any] | None) -> Payment:
    if not item:
        raise NotFound(NOT_FOUND)
    steps = [entry["M"] for entry in item["steps"]["L"]] if "steps" in item else []
    return Payment(
        claim=claim_from(item),
        attempt=int(item["attempt"]["N"]) if "attempt" in item else None,
        steps=tuple(SagaStep(step["step"]["S"], step["at"]["S"], step["detail"]["S"]) for step in steps),
        overdue_at=item["overdue_at"]["S"] if "overdue_at" in item else None,
    )
