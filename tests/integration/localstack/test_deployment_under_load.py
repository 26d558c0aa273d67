"""A deployment while clients write: what was acknowledged is there, once; a request that broke off is sent again."""

import threading
import time
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from localstack import deploy
from localstack.endpoints import stack_endpoints
from localstack.stack import Stack
from tests.integration.claims.conftest import client as client
from tests.integration.claims.conftest import counted as counted
from tests.integration.claims.conftest import new_claim, new_npi
from tests.integration.conftest import Answer, Api
from tests.integration.intake.conftest import ingest as ingest
from tests.integration.plans.conftest import drained, indexed, new_plan, path

PARAMETERS = deploy.parameters
VISIBILITY_SECONDS = 450
"""More than the visibility time-out of the queues of totals and index (template.yaml)."""


@pytest.fixture
def update(running_stack: Stack, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], None]]:
    """An update of all functions, which is taken back afterwards."""
    endpoints = stack_endpoints(running_stack.layout)

    def run() -> None:
        monkeypatch.setattr(deploy, "parameters", lambda given: PARAMETERS(given) | {"LogLevel": "WARNING"})
        deploy.sam_deploy(running_stack.layout, endpoints)

    yield run
    monkeypatch.undo()
    deploy.sam_deploy(running_stack.layout, endpoints)


class Clients:
    """Clients that write until they are told to stop, and send again what was not answered or answered with 5xx."""

    def __init__(self, api: Api) -> None:
        self._api, self._stopped = api, threading.Event()
        self.npi, self.claims, self.repeats = new_npi(), 0, 0
        self.plans: list[dict[str, Any]] = []

    def stop(self) -> None:
        self._stopped.set()

    def post_claims(self) -> None:
        while not self._stopped.is_set():
            body = [new_claim(self.npi) for _ in range(5)]
            assert self._post("/claims", body).status == 201
            self.claims += len(body)

    def post_plans(self) -> None:
        while not self._stopped.is_set():
            plan = new_plan()
            assert self._post("/v1/plan", plan).status == 201
            self.plans.append(plan)
            time.sleep(1)

    def _post(self, to: str, body: Any) -> Answer:
        key = uuid.uuid4().hex
        for _ in range(60):
            try:
                answer = self._api.post(to, body, Idempotency_Key=key)
            except OSError:
                answer = Answer(0, {}, b"")
            if answer.status not in (0, 409, 429, 500, 502, 503, 504):
                return answer
            self.repeats += 1
            time.sleep(1)
        raise AssertionError(f"{to} was not answered in a minute: {answer.status}")


@pytest.mark.long
def test_a_deployment_loses_and_doubles_nothing(
    api: Api,
    stack: dict[str, Any],
    update: Callable[[], None],
    counted: Callable[[str, int], None],
    ingest: Callable[[bytes], dict[str, Any]],
) -> None:
    clients = Clients(api)
    mrns = [uuid.uuid4().hex[:12] for _ in range(20_000)]
    rows = [f"{mrn},Ada,Field,1990-02-14,V-{mrn},2024-11-02,Check-up" for mrn in mrns]
    header = "mrn,first_name,last_name,birth_date,visit_account_number,visit_date,reason"
    with ThreadPoolExecutor(3) as threads:
        writing = [threads.submit(clients.post_claims), threads.submit(clients.post_plans)]
        file = threads.submit(ingest, "\n".join([header, *rows, ""]).encode())
        try:
            update()
        finally:
            clients.stop()
        for each in writing:
            each.result()
        job = file.result()
    assert (job["status"], job["visits_created"], job["patients_created"]) == ("completed", len(rows), len(rows))
    # The emulator ends a worker whose function is updated; its messages come again after their visibility time-out.
    for queue in ("ClaimTotals", "SearchIndex"):
        drained(stack, queue, VISIBILITY_SECONDS)
    counted(clients.npi, clients.claims)
    for plan in clients.plans:
        assert api.get(path(plan)).status == 200
        assert indexed(api, plan).status == 200
    assert clients.claims > 0 < len(clients.plans)
