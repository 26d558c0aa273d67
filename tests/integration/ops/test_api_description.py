"""Every operation does what the API's description says of it, whatever is sent."""

import json
import os
import pathlib
import subprocess
import sys
import uuid
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from localstack.deployed import aws_client
from ops.description import api_description
from plans.plan.example_plan import EXAMPLE
from tests.integration.conftest import Api
from tests.integration.plans.conftest import until

PROGRAM = pathlib.Path(sys.executable).with_name("st")
CONFIGURATION = pathlib.Path(__file__).with_name("schemathesis.toml")
DESCRIPTION = json.loads(api_description.FILE.read_text(encoding="utf-8"))
SERVICES = [tag["name"] for tag in DESCRIPTION["tags"]]
PATHS = DESCRIPTION["paths"]
INDEXED_PLAN = EXAMPLE | {"objectId": "indexed-plan"}
NEVER_SUCCESSFUL = {
    # Nobody has a password or a link that is made up.
    "POST /auth/login",
    "POST /auth/password",
    "POST /auth/password/reset",
    "POST /auth/refresh",
    "POST /auth/token",
    "POST /auth/mfa/confirm",
    "DELETE /auth/mfa",
    "POST /auth/passkeys",
    "DELETE /auth/passkeys/{id}",
    "POST /auth/passkey-login",
    # A password and an e-mail follow rules that a schema cannot say.
    "POST /users/create",
    "POST /api/v1/institutions",
    "POST /api/v1/doctors",
    # Nobody has an id that is made up.
    "GET /users/{id}",
    "PATCH /users/{id}",
    "POST /users/{id}/invite",
    "GET /users/{id}/sessions",
    "POST /clients/{id}/rotate",
    "DELETE /clients/{id}",
    "GET /api/v1/institutions/{id}",
    "PUT /api/v1/institutions/{id}",
    "DELETE /api/v1/institutions/{id}",
    "POST /api/v1/institutions/{id}/restore",
    "GET /api/v1/institutions/{id}/history",
    "GET /api/v1/institutions/{id}/doctors",
    "GET /api/v1/institutions/{id}/contacts",
    "PUT /api/v1/institutions/{id}/contacts",
    "GET /api/v1/doctors/{id}/contacts",
    "PUT /api/v1/doctors/{id}/contacts",
    "GET /api/v1/patients/{id}/contacts",
    "PUT /api/v1/patients/{id}/contacts",
    "GET /api/v1/doctors/{id}",
    "PUT /api/v1/doctors/{id}",
    "DELETE /api/v1/doctors/{id}",
    "POST /api/v1/doctors/{id}/restore",
    "GET /api/v1/doctors/{id}/history",
    "POST /api/v1/appointments",
    "GET /api/v1/appointments/{id}",
    "PUT /api/v1/appointments/{id}",
    "GET /api/v1/appointments/{id}/history",
    # Of the plan in the examples, which DELETE has deleted before.
    "GET /v1/plan/{id}",
    "PATCH /v1/plan/{id}",
    # The name of a file has its hash.
    "GET /assets/{file}",
    # An administrator is no doctor.
    "GET /api/v1/doctors/me/profile",
    "PUT /api/v1/doctors/me/profile",
    "GET /api/v1/doctors/me/dashboard",
    "GET /api/v1/doctors/me/institution",
    "GET /api/v1/doctors/me/patients",
    "GET /api/v1/patients/{id}",
    "PUT /api/v1/patients/{id}",
    "DELETE /api/v1/patients/{id}",
    "POST /api/v1/patients/{id}/restore",
    "GET /api/v1/patients/{id}/history",
    "POST /api/v1/patients/{id}/validation",
    "GET /api/v1/patients/{id}/dashboard",
    "GET /api/v1/patients/{id}/care-team",
    "GET /api/v1/patients/{id}/profile",
    "GET /api/v1/patients/{id}/medical-record",
    "GET /api/v1/patients/{id}/{kind}",
    "POST /api/v1/patients/{id}/{kind}",
    "PUT /api/v1/patients/{id}/{kind}/{entry_id}",
    "DELETE /api/v1/patients/{id}/{kind}/{entry_id}",
    "GET /api/v1/patients/{id}/{kind}/{entry_id}/history",
    "GET /api/v1/doctors/me/patients/{id}/medical-record",
    "PUT /api/v1/doctors/me/patients/{id}/medical-record",
    "GET /api/v1/institutions/{id}/patients",
    # A patient needs a doctor or an institution that is there.
    "POST /api/v1/patients",
    # Refused once a payment has begun, which is at once, or unless it waits for a decision.
    "POST /claims/{id}/void",
    "POST /claims/{id}/payment/request",
    "POST /claims/{id}/payment/decision",
    # Only what is to be refused is sent to these, see the configuration; so there may be none to be read either.
    "POST /admin/queues/{name}/redrive",
    "POST /admin/search/drift",
    "GET /admin/search/drift",
    "POST /admin/search/reindex",
    "GET /admin/search/reindex",
}

NOT_TRIED = {
    "POST /auth/logout",
    "POST /auth/logout-everywhere",
    "DELETE /auth/sessions/{id}",
    "DELETE /users/{id}/sessions",
    "DELETE /users/{id}/sessions/{session_id}",
    "DELETE /users/{id}/mfa",
}
"""What would end the session that all others need; tried in the tests of auth."""


@pytest.fixture
def administrator(stack: dict[str, Any]) -> Api:
    """The API as the administrator of a new tenant calls it, whose data no other test sees."""
    # No password of the examples, which POST /auth/password would replace.
    login = {"email": f"{uuid.uuid4().hex}@example.com", "password": uuid.uuid4().hex}
    payload = json.dumps(login | {"tenant": uuid.uuid4().hex}).encode()
    aws_client(stack, "lambda").invoke(FunctionName=stack["functions"]["CreateFirstAdmin"], Payload=payload)
    answer = Api(stack["api_url"]).post("/auth/login", login)
    assert answer.status == 200, answer.body
    return Api(stack["api_url"], {"Authorization": f"Bearer {answer.json()['access_token']}"})


def test_every_operation_answers_as_it_is_described(administrator: Api, tmp_path: pathlib.Path) -> None:
    stored = administrator.post("/v1/plan", INDEXED_PLAN)
    search = f"/v1/plan/search?after={stored.headers['change-token']}"
    # Search may just have been away for another test.
    assert until(lambda: administrator.get(search), lambda answer: answer.status == 200).status == 200
    # Services side by side, each by a process: with more workers, one process would trip over its own threads. Not all
    # at once, for then the emulator would start more functions than it can.
    with ThreadPoolExecutor(3) as pool:
        reports = pool.map(lambda service: _try(administrator, service, tmp_path / service), SERVICES)
        answered = {name: seen for report in reports for name, seen in statuses(report).items()}
    described = {f"{method.upper()} {path}" for path, at in PATHS.items() for method in at.keys() - {"parameters"}}
    assert answered.keys() == described - NOT_TRIED
    unsuccessful = {name for name, seen in answered.items() if not any(200 <= status < 400 for status in seen)}
    assert unsuccessful <= NEVER_SUCCESSFUL


def _try(api: Api, service: str, report: pathlib.Path) -> pathlib.Path:
    """Try the operations of a service, all of which must answer as described, and write the report."""
    options = ["--url", api.url, "--include-tag", service, "--report", "ndjson", "--report-ndjson-path", str(report)]
    tried = subprocess.run(
        [PROGRAM, "--config-file", CONFIGURATION, "--no-color", "run", api_description.FILE, *options],
        env=os.environ | {"TOKEN": api.headers["Authorization"].removeprefix("Bearer ")},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert tried.returncode == 0, tried.stdout
    return report


def statuses(report: pathlib.Path) -> dict[str, set[int]]:
    """The statuses that each operation answered with, by method and path."""
    found: dict[str, set[int]] = defaultdict(set)
    for line in report.read_text(encoding="utf-8").splitlines():
        scenario = json.loads(line).get("ScenarioFinished")
        if scenario:
            for sent in scenario["recorder"].get("interactions", {}).values():
                found[scenario["recorder"]["label"]].add(sent["response"]["status_code"])
    return found
