"""`payerworks doctor`: each check says what is wrong, and what to do."""

import datetime
import json
import os
import re
import shutil
import socket
import ssl
import sys
import time
from collections.abc import Callable
from email.utils import format_datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import psutil
import pytest

from localstack import endpoints, layout, ports
from payerworks_cli import VERSION
from tests.unit.auth.conftest import PASSWORD, add_user
from tests.unit.cli.logins import log_in, payerworks, profile
from tests.unit.cli.service import API, Service

HEALTHY = {
    "status": "up",
    "dependencies": {"dynamodb": {"status": "up", "latency_ms": 3.2}, "redis": {"status": "off", "latency_ms": None}},
    "consumers": {"claim-totals": "up", "claim-payments": "off"},
    "search": {"engine": "opensearch", "lag_ms": 3, "waiting": 0},
}
DAY = 24 * 3600
pytestmark = pytest.mark.usefixtures("home")


@pytest.fixture
def well(service: Service) -> Service:
    """A service that says of itself that it is well."""
    service.scripted["GET /health"] = [httpx.Response(200, json=HEALTHY)]
    return service


def found(*options: str, code: int = 0) -> dict[str, tuple[str, str]]:
    """State and words of each check."""
    result = payerworks("doctor", "--json", *options)
    assert result.exit_code == code, result.output
    told = json.loads(result.stdout)
    assert ("error" in told) == (code == 1)
    states = {item["state"] for item in told["items"]}
    assert ("fault" in states) == (code == 1)
    return {
        item["check"]: (item["state"], ": ".join(filter(None, (item["text"], item["remedy"]))))
        for item in told["items"]
    }


def test_where_all_is_well_each_check_says_so_in_a_line(well: Service) -> None:
    log_in()
    result = payerworks("doctor")
    assert result.exit_code == 0, result.output
    lines = result.stdout.splitlines()
    names = [
        "python",
        "reachable",
        "encryption",
        "clock",
        "version",
        "health dynamodb",
        "health redis",
        "search",
        "health consumers",
    ]
    names += ["login", "rights", "token", "session"]
    assert [re.split(r"  +", line.strip())[:2] for line in lines[1:-1]] == [[name, "ok"] for name in names]
    assert lines[-1] == "13 checks, 0 warnings"
    assert "admin@example.com is logged in" in result.stdout
    assert profile()["token"] not in result.stdout


def test_it_says_what_searches_read(well: Service) -> None:
    tables = HEALTHY | {"search": {"engine": "dynamodb", "lag_ms": None, "waiting": None}}
    well.scripted["GET /health"] = [httpx.Response(200, json=each) for each in (HEALTHY, tables)]
    log_in()
    assert found()["search"] == ("ok", "opensearch")
    state, text = found()["search"]
    assert (state, text.partition(":")[0]) == ("ok", "from the tables, without a search engine")


def test_a_fault_is_named_and_ends_with_1(well: Service) -> None:
    result = payerworks("doctor", "--api-url", API)
    assert result.exit_code == 1
    assert result.stderr == "Error: 1 fault: login.\n"
    assert f"Nobody is logged in at {API}: `payerworks login --api-url {API}` logs in" in result.stdout
    told = json.loads(payerworks("doctor", "--api-url", "http://127.0.0.1:9/x", "--json").stdout)
    assert (told["ok"], told["error"]) == (False, "1 fault: reachable.")
    assert [set(item) for item in told["items"]] == [{"check", "state", "text", "remedy"}] * 2


def test_without_a_deployment_only_this_machine_is_checked(service: Service) -> None:
    state, text = found(code=1)["deployment"]
    assert (state, "nobody is logged in elsewhere" in text) == ("fault", True)
    assert not service.requests


def test_two_deployments_at_once_are_a_wrong_option(service: Service) -> None:
    assert payerworks("doctor", "--api-url", API, "--profile", "x").exit_code == 2


def test_an_address_where_nothing_answers_ends_the_checks(service: Service) -> None:
    checks = found("--api-url", "http://127.0.0.1:9/x", code=1)
    text = "nothing answers at http://127.0.0.1:9/x: check the address and the network"
    assert checks == {"python": checks["python"], "reachable": ("fault", text)}


def test_an_answer_that_does_not_come_is_not_waited_for(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    def hang(*_: object) -> None:
        raise httpx.ReadTimeout("")

    monkeypatch.setattr(httpx.HTTPTransport, "handle_request", hang)
    text = f"{API} does not answer within 10 s: try again; the functions' log lines may show why"
    assert found("--api-url", API, code=1)["reachable"] == ("fault", text)


@pytest.mark.parametrize("answer", [httpx.Response(200, text="Welcome"), httpx.Response(404, json={"status": "up"})])
def test_another_server_is_no_payerworks_api(service: Service, answer: httpx.Response) -> None:
    service.scripted["GET /health/live"] = [answer]
    text = f"{API} is not a Payerworks API: GET /health/live is answered {answer.status_code}"
    state = ("fault", f"{text}: copy api_url from the deployment's outputs")
    checks = found("--api-url", API, code=1)
    assert (list(checks), checks["reachable"]) == (["python", "reachable"], state)


def test_a_certificate_that_is_not_valid_is_told_from_silence(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    refusal = ssl.SSLCertVerificationError(1, "certificate verify failed")
    refusal.verify_message = "self-signed certificate"

    def refuse(*_: object) -> None:
        raise httpx.ConnectError("[SSL]") from refusal

    monkeypatch.setattr(httpx.HTTPTransport, "handle_request", refuse)
    state, text = found("--api-url", "https://api.example.com/prod", code=1)["encryption"]
    assert (state, text.partition("; ")[0]) == (
        "fault",
        "the certificate is not valid: self-signed certificate: check the address",
    )


@pytest.mark.parametrize(("days", "state"), [(13, "warning"), (15, "ok")])
def test_a_certificate_that_ends_soon_is_a_warning(
    service: Service, monkeypatch: pytest.MonkeyPatch, days: int, state: str
) -> None:
    ends = datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=days)
    certificate = {"notAfter": ends.strftime("%b %d %H:%M:%S %Y GMT")}
    connection = SimpleNamespace(getpeercert=lambda: certificate, version=lambda: "TLSv1.3")
    stream = SimpleNamespace(get_extra_info={"ssl_object": connection}.get)

    def answer(_: object, request: httpx.Request) -> httpx.Response:
        if request.url.path != "/prod/health/live":
            raise httpx.ConnectError("refused")
        return httpx.Response(200, json={"status": "up"}, extensions={"network_stream": stream})

    monkeypatch.setattr(httpx.HTTPTransport, "handle_request", answer)
    told = found("--api-url", "https://api.example.com/prod", code=1)["encryption"]
    assert told[0] == state
    assert told[1].startswith(f"TLSv1.3, with a certificate until {ends:%Y-%m-%d}")


def test_an_address_without_encryption_is_a_warning_elsewhere_than_here(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    up = httpx.Response(200, json={"status": "up"})
    monkeypatch.setattr(httpx.HTTPTransport, "handle_request", lambda *_: up)
    assert found("--api-url", "http://api.example.com", code=1)["encryption"][0] == "warning"


@pytest.mark.parametrize(
    ("seconds", "state", "text"),
    [
        (0, "ok", "the same here as at the API"),
        (-3, "ok", "the same here as at the API"),
        (20, "warning", "this machine is 20 s behind the API"),
        (-20, "warning", "this machine is 20 s ahead of the API"),
        (-300, "fault", "this machine is 300 s ahead of the API"),
    ],
)
def test_the_clock_is_compared_with_the_apis(
    well: Service, monkeypatch: pytest.MonkeyPatch, seconds: int, state: str, text: str
) -> None:
    log_in()
    at = 1_800_000_000.5
    monkeypatch.setattr(time, "time", lambda: at)
    date = format_datetime(datetime.datetime.fromtimestamp(at + seconds, datetime.UTC), usegmt=True)
    live = httpx.Response(200, json={"status": "up"}, headers={"Date": date})
    well.scripted["GET /health/live"] = [live]
    result = json.loads(payerworks("doctor", "--json").stdout)["items"]
    [told] = [item for item in result if item["check"] == "clock"]
    assert (told["state"], told["text"]) == (state, text)
    assert "login" in {item["check"] for item in result}


def test_another_version_is_a_warning(well: Service) -> None:
    log_in()
    well.scripted["GET /openapi.json"] = [httpx.Response(200, json={"info": {"version": "0.9.0"}})]
    text = f"{VERSION} here, 0.9.0 there: use the command that belongs to the API's version"
    assert found()["version"] == ("warning", text)


def test_what_is_down_behind_the_api_is_a_fault_each(service: Service) -> None:
    log_in()
    down = {"dependencies": {"redis": {"status": "down", "latency_ms": 4000}}, "status": "down"}
    down |= {"consumers": {"claim-totals": "down", "claim-payments": "up"}}
    service.scripted["GET /health"] = [httpx.Response(503, json=down)]
    checks = found(code=1)
    assert checks["health redis"] == ("fault", "redis (the cache) does not answer: tell who runs the API")
    remedy = "tell who runs the API: an event source mapping is missing or disabled"
    assert checks["health consumers"] == ("fault", f"nothing reads from claim-totals: {remedy}")


def test_what_mends_a_stack_on_this_machine_is_named(service: Service, stack_dir: Path) -> None:
    down = {"dependencies": {"redis": {"status": "down"}}, "consumers": {"claim-totals": "down"}, "status": "down"}
    service.scripted["GET /health"] = [httpx.Response(503, json=down)]
    checks = found("--stack-dir", str(stack_dir), code=1)
    assert "`make down`, then `make up` restarts the servers" in checks["health redis"][1]
    assert "`make clean`, then `make up` makes the stack anew, without its data" in checks["health consumers"][1]
    assert checks["token"][1].endswith("; each command gets its own")
    assert "session" not in checks


def test_an_api_that_does_not_say_its_version_is_a_fault(well: Service) -> None:
    log_in()
    well.scripted["GET /openapi.json"] = [httpx.Response(200, json={"info": {}})]
    assert "unexpected form" in found(code=1)["version"][1]


def test_queues_that_nobody_knows_about_are_a_warning(service: Service) -> None:
    log_in()
    unknown = HEALTHY | {"status": "unknown", "consumers": {"claim-totals": "unknown"}}
    service.scripted["GET /health"] = [httpx.Response(200, json=unknown)]
    assert found()["health consumers"][0] == "warning"


def test_a_check_that_the_api_refuses_is_a_fault_and_the_next_one_goes_on(service: Service) -> None:
    log_in()
    service.scripted["GET /health"] = [httpx.Response(502, text="broken")]
    checks = found(code=1)
    assert (checks["health"][0], checks["login"][0]) == ("fault", "ok")


def test_a_login_that_has_ended_is_a_fault(well: Service) -> None:
    log_in("default")
    log_in("other")
    assert payerworks("logout", "--everywhere", "--profile", "other").exit_code == 0
    state, text = found("--profile", "default", code=1)["login"]
    assert (state, "`payerworks login` logs in again" in text) == ("fault", True)


def test_staff_without_a_role_and_accounts_without_a_needed_factor_are_warnings(
    service: Service, environment: Callable[..., None]
) -> None:
    user = add_user("staff", tenant="main", email="sam@example.com")
    log_in(email=user.email, password=PASSWORD)
    service.scripted["GET /health"] = [httpx.Response(200, json=HEALTHY)] * 2
    remedy = "an administrator gives it roles: `payerworks users roles sam@example.com ROLE`"
    assert found()["rights"] == ("warning", f"staff without a role may do nothing: {remedy}")
    environment(MFA_REQUIRED="staff")
    text = "the account may do nothing without a second factor: `payerworks mfa enrol` sets it up"
    assert found()["login"] == ("warning", text)


def test_roles_are_shown(well: Service) -> None:
    user = add_user("staff", ["plans", "audit"], tenant="main")
    log_in(email=user.email, password=PASSWORD)
    assert found()["rights"] == ("ok", "staff, plans, audit")


def test_a_token_that_nothing_renews_is_a_warning_before_it_ends(
    service: Service, monkeypatch: pytest.MonkeyPatch, clock: Callable[[float], None], environment: Callable[..., None]
) -> None:
    service.scripted["GET /health"] = [httpx.Response(200, json=HEALTHY)] * 2
    environment(ACCESS_TOKEN_SECONDS="299")
    log_in("short")
    environment(ACCESS_TOKEN_SECONDS="400")
    log_in("long")
    monkeypatch.setenv("PAYERWORKS_URL", API)
    for name, state in (("short", "warning"), ("long", "ok")):
        monkeypatch.setenv("PAYERWORKS_TOKEN", profile(name)["token"])
        told = found()["token"]
        assert (told[0], "PAYERWORKS_TOKEN needs another token" in told[1]) == (state, state == "warning")


@pytest.mark.parametrize(("hours", "state"), [(47, "warning"), (49, "ok")])
def test_a_login_that_ends_within_two_days_is_a_warning(well: Service, hours: int, state: str) -> None:
    log_in()
    ends = datetime.datetime.now(datetime.UTC) + datetime.timedelta(hours=hours)
    sessions = {"items": [{"expires_at": ends.isoformat(), "current": True}]}
    well.scripted["GET /auth/sessions"] = [httpx.Response(200, json=sessions)]
    assert found()["session"][0] == state


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """A machine with all that a stack needs, in a project whose stack b is not up; a test takes things away."""
    for variable in endpoints.VARIABLES.values():
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setattr(layout, "ROOT", tmp_path)
    monkeypatch.setenv("AWS_PORT", str(ports.any_free(set())))
    has: dict[str, Any] = {"free": 4 * 1024**3, "memory": 3 * 1024**3, "make": "/usr/bin/make"}
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=has["free"]))
    monkeypatch.setattr(psutil, "virtual_memory", lambda: SimpleNamespace(available=has["memory"]))
    which = shutil.which
    monkeypatch.setattr(shutil, "which", lambda name, *rest: has["make"] if name == "make" else which(name, *rest))
    return has


def test_a_machine_where_a_stack_can_start_lacks_only_its_servers(machine: dict[str, Any]) -> None:
    checks = found(code=1)
    servers = {"ministack", "valkey", "opensearch"}
    assert {name for name, (state, _) in checks.items() if state != "ok"} == servers | {"deployment"}
    assert {checks[name] for name in servers} == {("fault", "does not run: `make up` starts it")}


@pytest.mark.parametrize(
    ("lack", "check", "state", "text"),
    [
        ({"free": 2 * 1024**3}, "disk", "warning", "2.0 GB of the disk are free: delete"),
        ({"free": 512 * 1024**2}, "disk", "fault", "0.5 GB of the disk are free: delete"),
        ({"memory": 1024**3}, "memory", "fault", "Only 1.0 GB of memory is available"),
        ({"make": None}, "make", "fault", "make is not installed: install it"),
    ],
)
def test_what_a_machine_lacks_is_named(
    machine: dict[str, Any], lack: dict[str, Any], check: str, state: str, text: str
) -> None:
    machine.update(lack)
    told = found(code=1)[check]
    assert told[0] == state
    assert told[1].startswith(text)


def test_the_program_that_has_the_stacks_port_is_named(
    machine: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.socket() as other:
        other.bind((ports.HOST, 0))
        other.listen()
        port = other.getsockname()[1]
        monkeypatch.setenv("AWS_PORT", str(port))
        state, text = found(code=1)["port"]
    assert (state, f"Port {port} is in use by" in text, f"(process {os.getpid()})" in text) == ("fault", True, True)
    assert (
        f": stop that program, or choose another port for the AWS emulator with `make up AWS_PORT={port + 1}`" in text
    )


def test_servers_elsewhere_and_ones_that_run_are_well(
    machine: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / ".local-b"
    (folder / "run").mkdir(parents=True)
    myself = psutil.Process()
    record = {"pid": myself.pid, "started": myself.create_time()}
    (folder / "run" / "aws.json").write_text(json.dumps(record))
    (folder / "ports.json").write_text('{"aws": 4600}')
    monkeypatch.setenv("REDIS_URL", "redis://cache.example.com")
    machine["memory"] = 0
    checks = found("--stack-dir", str(folder), code=1)
    assert checks["ministack"] == ("ok", "runs: http://localhost:4600")
    assert checks["port"] == ("ok", "4600 is the stack's own")
    assert checks["valkey"] == ("ok", "is elsewhere: redis://cache.example.com")
    assert checks["opensearch"] == ("fault", "does not run: `make STACK=b up` starts it")
    assert checks["memory"][0] == "warning"


def test_another_python_than_the_tested_ones_is_a_fault(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 10, 1, "final", 0))
    assert found(code=1)["python"][0] == "fault"
