"""The typed Python client (`make client`): made of the description without a warning, it makes a plan and a claim."""

import importlib
import json
import os
import subprocess
import sys
from typing import Any

import httpx
import pytest

from ops.description.api_description import FILE
from payerworks_cli.api import Api
from plans.plan.example_plan import EXAMPLE
from tests.unit.cli.service import API, Service
from tests.unit.conftest import ROOT, api_event

PROGRAMS = ROOT / ".tools/client/bin"


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The client, made as `make client` makes it."""
    folder = tmp_path_factory.mktemp("client")
    options = ["--fail-on-warning", "--overwrite", "--path", str(FILE), "--output-path", str(folder)]
    path = f"{PROGRAMS}{os.pathsep}{os.environ['PATH']}"
    made = subprocess.run(
        [PROGRAMS / "openapi-python-client", "generate", *options],
        env=os.environ | {"PATH": path},
        capture_output=True,
        text=True,
    )
    assert made.returncode == 0, made.stdout + made.stderr
    sys.path.insert(0, str(folder))
    yield lambda name: importlib.import_module(f"payerworks_client.{name}")
    sys.path.remove(str(folder))


@pytest.fixture
def client(package: Any, service: Service, api: Api) -> Any:
    transport = httpx.MockTransport(service.handle)
    return package("client").AuthenticatedClient(API.rstrip("/"), api.token, httpx_args={"transport": transport})


def test_make_client_builds_it_the_same_way() -> None:
    makefile = (ROOT / "Makefile").read_text()
    assert "openapi-python-client generate --fail-on-warning --overwrite" in makefile
    assert f"--path {FILE.relative_to(ROOT)} --output-path" in makefile


def test_the_client_makes_a_plan_and_reads_it(package: Any, client: Any) -> None:
    plan = package("models.plan").Plan.from_dict(EXAMPLE)
    made = package("api.plans.create_plan").sync_detailed(client=client, body=plan)
    assert (made.status_code, made.parsed) == (201, plan)
    read = package("api.plans.get_plan").sync(plan.object_id, client=client)
    assert read.to_dict() == EXAMPLE
    assert read.plan_cost_shares.deductible == 2000


def test_the_client_posts_a_claim_and_lists_it(package: Any, client: Any) -> None:
    body = package("models.submitted_claim").SubmittedClaim.from_dict(
        json.loads(api_event("claims/create_claims")["body"])
    )
    claim = package("api.claims.create_claims").sync(client=client, body=body)
    assert (claim.net_fee, claim.status) == (81.25, "received")
    page = package("api.claims.list_claims").sync(client=client, provider_npi="1497775530")
    assert [each.id for each in page.items] == [claim.id]


def test_a_refusal_is_a_typed_problem(package: Any, client: Any) -> None:
    problem = package("api.claims.get_claim").sync("absent", client=client)
    assert isinstance(problem, package("models.problem").Problem)
    assert (problem.status, problem.type_) == (404, "urn:payerworks:problem:not-found")
