import itertools
from collections.abc import Callable
from typing import get_args

import pytest

from claims.claim.status import MOVES, ClaimStatus, PaymentEvent, initial_status
from claims.payments import payment_repository
from claims.payments.payment import SagaStep
from claims.payments.payment_repository import NotMoved
from payerworks.aws import client
from payerworks.settings import settings
from tests.unit.claims.saga import Saga
from tests.unit.conftest import ROOT

DIAGRAM = ROOT / "docs/payments.md"
STEP = SagaStep("a step", "2026-01-01", "a detail")


@pytest.mark.parametrize(("cents", "status"), [(1, "received"), (0, "processed"), (-1, "payment_review")])
def test_the_net_fee_decides_the_state_of_a_new_claim(cents: int, status: str) -> None:
    assert initial_status(cents) == status


def test_every_event_moves_the_states_that_the_table_names_and_no_other(saga: Saga) -> None:
    claim_id = saga.claim()
    claim = ("acme", claim_id)
    events: dict[PaymentEvent, Callable[[], object]] = {
        "requested": lambda: payment_repository.request_payment(*claim),
        "settled": lambda: payment_repository.store_settlement(*claim, "settled", 1, []),
        "refused": lambda: payment_repository.store_settlement(*claim, "refused", 1, []),
        "unsettled": lambda: payment_repository.begin_reversal(saga.payment(claim_id), STEP),
        "given_up": lambda: payment_repository.give_up(saga.payment(claim_id), "a reason"),
        "asked": lambda: payment_repository.ask(saga.payment(claim_id), STEP),
        "waived": lambda: payment_repository.waive(saga.payment(claim_id), STEP),
        "declined": lambda: payment_repository.decline(saga.payment(claim_id), STEP),
        "voided": lambda: payment_repository.void(saga.payment(claim_id), STEP),
    }
    assert events.keys() == MOVES.keys()
    for status, (event, move) in itertools.product(get_args(ClaimStatus), events.items()):
        put_into(claim_id, status)
        moved = status in MOVES[event].sources
        if moved:
            move()
        else:
            with pytest.raises(NotMoved):
                move()
        assert saga.payment(claim_id).claim.status == (MOVES[event].target if moved else status), (status, event)


def put_into(claim_id: str, status: ClaimStatus) -> None:
    client("dynamodb").update_item(
        TableName=settings().tables["claims"],
        Key={"pk": {"S": f"acme#{claim_id}"}, "sk": {"S": "CLAIM"}},
        UpdateExpression="SET #status = :status, attempt = :one REMOVE steps",
        ExpressionAttributeNames={"#status": "status"},
        ExpressionAttributeValues={":status": {"S": status}, ":one": {"N": "1"}},
    )


def test_the_documentation_shows_the_current_table() -> None:
    shown = DIAGRAM.read_text()
    assert table() in shown
    assert diagram() in shown


def table() -> str:
    lines = ["| event | from | to | by | when |", "|---|---|---|---|---|"]
    for event, move in MOVES.items():
        sources, by = (", ".join(f"`{name}`" for name in names) for names in (move.sources, move.by))
        lines.append(f"| {event} | {sources} | `{move.target}` | {by} | {move.when} |")
    return "\n".join(lines) + "\n"


def diagram() -> str:
    starts = {initial_status(cents): sign for cents, sign in ((1, "above 0"), (0, "0"), (-1, "below 0"))}
    lines = ["```mermaid", "stateDiagram-v2"]
    lines += [f"    [*] --> {status}: net fee {sign}" for status, sign in starts.items()]
    for event, move in MOVES.items():
        lines += [f"    {source} --> {move.target}: {event}" for source in move.sources]
    return "\n".join([*lines, "```"]) + "\n"
