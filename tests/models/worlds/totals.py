"""Totals: claims are posted and made void while their changes are counted and recounts run.

Promises:
    in the end each provider's total is the sum of its claims that are not void, and counts them
    it is so minutes after the last fault, not only when a hold ends
"""

from typing import Any

from claims import recount_totals
from claims.storage.claim_items import claim_from
from claims.totals import totals_repository
from tests.models.aws_model import Answer, Failed, Stack
from tests.models.dynamodb_model import Change
from tests.models.process import Patches
from tests.models.scheduler import Actor, Broken, Scheduler
from tests.models.world import World as BaseWorld

FUNCTIONS = ("CreateClaims", "VoidClaim", "OnClaimChanged", "OnTotalsDue", "RecountTotals")
MODULES = (
    "claims.create_claims", "claims.void_claim", "claims.on_claim_changed", "claims.on_totals_due",
    "claims.recount_totals",
)  # fmt: skip
NPIS = ("1497775530", "1234567893")
SETTLED_SECONDS = 900.0
"""A total is right this long after the last fault: longer than the pauses of messages, shorter than a hold."""


class World(BaseWorld):
    """A run's clients."""

    def __init__(self, scheduler: Scheduler, stack: Stack) -> None:
        super().__init__(scheduler, stack)
        self.claims: list[str] = []
        self.changed_at = 0.0
        self.has_recount_died = False
        stack.dynamodb.watchers.append(self._note)

    def prepare(self, patches: Patches) -> None:
        """Slices of a few items."""
        patches.set(recount_totals, "SLICE", self.draw.choice((2, 5, 500)))
        self.stack.dynamodb.page_items = self.draw.choice((3, 1000))

    def _note(self, changes: list[Change]) -> None:
        self.changed_at = self.scheduler.now

    def start(self) -> None:
        """Start the clients."""
        actors = [self.scheduler.spawn(f"client {n}", self._client) for n in range(self.draw.choice((1, 2, 3)))]
        if self.draw.random() < 0.8:
            actors.append(self.scheduler.spawn("operator", self._operator, after=10 * self.draw.random()))
        if self.draw.random() < 0.5:
            self.scheduler.spawn("the weather", lambda: self._calm(actors))

    def _calm(self, actors: list[Actor]) -> None:
        """End all faults with the last client."""
        for actor in actors:
            self.scheduler.wait_for(actor)
        self.stack.calm()

    def _client(self) -> None:
        pause = self.draw.choice((0.0, 0.3, 10.0))
        for _ in range(self.draw.choice((3, 6))):
            if self.claims and self.draw.random() < 0.5:
                self._void(self.draw.choice(self.claims))
            else:
                self._post()
            self.scheduler.sleep(pause * self.draw.random())

    def _post(self) -> None:
        body = [claim(self.draw.choice(NPIS), 10 * self.draw.randrange(1, 9)) for _ in range(self.draw.choice((1, 3)))]
        headers = {"Idempotency-Key": f"k{next(self.ids)}"}
        for _ in range(2):
            answer, _ = self.stack.call(
                "CreateClaims",
                method="POST",
                resource="/claims",
                body=body,
                headers=headers,
                request_id=f"r{next(self.ids)}",
            )
            if answer and answer["statusCode"] == 201:
                return
            self.scheduler.sleep(31)

    def _void(self, claim_id: str) -> None:
        self.stack.call(
            "VoidClaim",
            method="POST",
            resource="/claims/{id}/void",
            path={"id": claim_id},
            request_id=f"r{next(self.ids)}",
        )

    def _call(self, name: str, resource: str, **request: Any) -> Answer | None:
        request |= {"method": "POST", "resource": resource, "request_id": f"r{next(self.ids)}"}
        return self.stack.call(name, **request)[0]

    def _operator(self) -> None:
        for _ in range(self.draw.choice((1, 2))):
            self._recount()
            self.scheduler.sleep(30 * self.draw.random())

    def _recount(self) -> None:
        event: Any = {}
        for _ in range(20):
            actor = self.stack.invoke("RecountTotals", event, words=str(event))
            self.scheduler.wait_for(actor)
            self.has_recount_died = self.has_recount_died or actor.is_dead
            if actor.is_dead or isinstance(actor.value, Failed):
                if self.draw.random() < 0.3:
                    return
                continue  # the slice again
            event = actor.value
            if event["after"] is None:
                return

    def check(self) -> None:
        """Check the end of the run, for the main thread."""
        self.stack.settle()
        late = self.changed_at - self.stack.calm_at
        self.scheduler.spawn("inspector", self._inspect)
        self.scheduler.run()
        if late > SETTLED_SECONDS and not self.has_recount_died:
            raise Broken(f"totals were only right {late:.0f} s after the last fault")

    def _inspect(self) -> None:
        self.scheduler.sleep(1000)  # the index by total may be late
        self._check_totals()
        self._recount()
        self.scheduler.sleep(1)
        self._check_totals()

    def _check_totals(self) -> None:
        wanted: dict[str, tuple[int, int]] = {}
        for (_, sk), item in self.stack.dynamodb.tables["ClaimsTable"].all():
            if sk == "CLAIM" and (stored := claim_from(item)).status != "void":
                cents, count = wanted.get(stored.provider_npi, (0, 0))
                wanted[stored.provider_npi] = cents + stored.net_fee, count + 1
        found = {
            total.provider_npi: (total.net_fee, total.claims) for total in totals_repository.top_totals("acme", 100)
        }
        if found != wanted:
            raise Broken(f"the totals are {found}, the sums of the claims {wanted}")


def claim(npi: str, dollars: int, subscriber: str = "3730189502") -> dict[str, Any]:
    """A claim with a net fee."""
    return {
        "service_date": "2026-01-02",
        "submitted_procedure": "D0180",
        "plan_group_number": "GRP-1000",
        "subscriber_number": subscriber,
        "provider_npi": npi,
        "provider_fees": dollars,
        "allowed_fees": 0,
        "member_coinsurance": 0,
        "member_copay": 0,
    }
