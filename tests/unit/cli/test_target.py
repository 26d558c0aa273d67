"""Which deployment a command calls, and what it says of it."""

import json
import sys
from pathlib import Path

import httpx
import pytest
from typer.testing import CliRunner, Result

from payerworks_cli.command_line import app
from payerworks_cli.errors import BadOption
from payerworks_cli.target import checked_url
from tests.unit.cli.conftest import printed, run
from tests.unit.cli.service import ADMIN, API, Service

PATH = "The API has no such path; GET /openapi.json lists all."
OTHER = API.replace("abc", "other")


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder and a user's configuration with nothing in them."""
    for name in ("STACK", "PAYERWORKS_URL", "PAYERWORKS_PROFILE", "PAYERWORKS_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")


def payerworks(*arguments: str, typed: str | None = None) -> Result:
    return CliRunner().invoke(app, arguments, input=typed)


def log_in(*arguments: str) -> Result:
    return payerworks("login", "--email", ADMIN["email"], *arguments, typed=f"{ADMIN['password']}\n")


def profile_file(tmp_path: Path, name: str = "default") -> Path:
    return tmp_path / "config" / "payerworks" / "profiles" / f"{name}.json"


def test_a_login_serves_the_commands_that_follow(service: Service, tmp_path: Path) -> None:
    said = printed(log_in("--api-url", f"{API}/"))
    assert f"Logged in at {API} as {ADMIN['email']}" in said
    assert ADMIN["password"] not in said
    assert "0 claims" in printed(payerworks("claims", "list"))
    assert "0 claims" in printed(payerworks("--api-url", API, "claims", "list"))
    assert service.asked["POST /auth/login"] == 1
    assert ADMIN["password"] not in profile_file(tmp_path).read_text()


def test_a_profile_is_its_owners_alone_and_is_replaced_whole(
    service: Service, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = profile_file(tmp_path, "prod")
    printed(log_in("--api-url", API, "--profile", "prod"))
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.parent.stat().st_mode & 0o777 == 0o700
    file.chmod(0o644)
    refused = payerworks("claims", "list", "--profile", "prod")
    assert refused.exit_code == 1
    assert f"can be read by others: run chmod 600 {file}" in refused.stderr
    before = file.stat().st_ino
    printed(log_in("--api-url", API, "--profile", "prod"))
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.stat().st_ino != before
    assert [path.name for path in file.parent.iterdir()] == ["prod.json"]


def test_the_options_of_a_command_go_before_the_environment_and_that_before_the_folder(
    service: Service, stack_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    printed(log_in("--api-url", API))
    monkeypatch.setenv("PAYERWORKS_URL", "http://127.0.0.1:9")
    assert "Nobody is logged in at http://127.0.0.1:9" in payerworks("claims", "list").stderr
    assert "0 claims" in printed(payerworks("claims", "list", "--profile", "default"))
    monkeypatch.setenv("STACK", "b")
    two = payerworks("claims", "list")
    assert two.exit_code == 2
    assert "STACK and PAYERWORKS_URL each name a deployment" in two.stderr
    assert "0 claims" in printed(run(stack_dir, "claims", "list"))
    monkeypatch.delenv("STACK")
    monkeypatch.delenv("PAYERWORKS_URL")
    stack_dir.rename(Path(".local"))
    printed(payerworks("claims", "list"))
    assert service.asked["POST /auth/login"] == 3  # the stack of the folder, not the profile


def test_two_options_that_each_name_a_deployment_are_refused(service: Service, stack_dir: Path) -> None:
    result = run(stack_dir, "claims", "list", "--api-url", API)
    assert result.exit_code == 2
    assert "--stack-dir and --api-url each name a deployment" in result.stderr


def test_a_token_of_the_environment_needs_no_login(
    service: Service, stack_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = json.loads(printed(run(stack_dir, "env", "--json")))["token"]
    monkeypatch.setenv("PAYERWORKS_URL", API)
    monkeypatch.setenv("PAYERWORKS_TOKEN", token)
    assert "0 claims" in printed(payerworks("claims", "list"))
    monkeypatch.setenv("PAYERWORKS_TOKEN", "expired")
    service.scripted["GET /claims"] = [httpx.Response(401, json={"title": "Unauthorized"})]
    assert "PAYERWORKS_TOKEN needs another token" in payerworks("claims", "list").stderr


def test_the_token_of_one_deployment_is_not_sent_to_another(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAYERWORKS_URL", OTHER)
    monkeypatch.setenv("PAYERWORKS_TOKEN", "t")
    assert f"Nobody is logged in at {API}" in payerworks("claims", "list", "--api-url", API).stderr
    printed(log_in("--api-url", API))
    assert "0 claims" in printed(payerworks("claims", "list", "--api-url", API))


def test_an_expired_login_says_what_to_do(service: Service, tmp_path: Path) -> None:
    printed(log_in("--api-url", API, "--profile", "prod"))
    refusal = httpx.Response(401, json={"title": "Unauthorized"})
    service.scripted["GET /claims"] = service.scripted["POST /auth/refresh"] = [refusal] * 2
    ended = payerworks("claims", "list", "--profile", "prod")
    assert (ended.exit_code, ended.stderr.count("\n")) == (1, 1)
    assert "has expired or was ended: `payerworks login --profile prod` logs in again." in ended.stderr
    file = profile_file(tmp_path, "prod")
    service.scripted["POST /auth/refresh"] = [refusal]
    profile = json.loads(file.read_text()) | {"expires_at": "2020-01-01T00:00:00Z"}
    file.write_text(json.dumps(profile))
    assert "has expired" in payerworks("env", "--profile", "prod").stderr
    again = payerworks("login", "--profile", "prod", typed=f"{ADMIN['password']}\n")
    assert f"Logged in at {API} as {ADMIN['email']}" in printed(again)


def test_a_login_that_is_refused_keeps_the_one_before(service: Service, tmp_path: Path) -> None:
    printed(log_in("--api-url", API))
    before = profile_file(tmp_path).read_bytes()
    refused = payerworks("login", typed="wrong-password\n")
    assert refused.exit_code == 1
    assert refused.stderr == "Error: The e-mail or the password is wrong.\n"
    service.scripted["POST /auth/login"] = [httpx.Response(405, text="<html>")]
    assert f"{API} is not a Payerworks API: copy api_url" in payerworks("login", typed="wrong-password\n").stderr
    for status, told in (
        (403, {"message": "Missing Authentication Token"}),
        (404, {"title": "Not found", "detail": PATH}),
    ):
        service.scripted["GET /claims"] = [httpx.Response(status, json=told)]
        elsewhere = payerworks("claims", "list")
        assert (elsewhere.exit_code, elsewhere.stderr.count("\n")) == (2, 1)
        assert f"{API} is not a Payerworks API" in elsewhere.stderr
    assert "wrong-password" not in refused.output
    assert profile_file(tmp_path).read_bytes() == before
    assert "No password was given." in payerworks("login", typed="\n").stderr


def test_login_says_what_it_lacks(service: Service, stack_dir: Path) -> None:
    for sentence, result in (
        ("--api-url says where to log in", payerworks("login", typed="x\n")),
        ("--email says who logs in", payerworks("login", "--api-url", API, typed="x\n")),
        ("needs no login", run(stack_dir, "login")),
    ):
        assert sentence in result.stderr
        assert result.exit_code == 2
    assert payerworks("login", "--password", "x").exit_code == 2
    assert "is not a profile name" in log_in("--api-url", API, "--profile", "../x").stderr


def test_logout_forgets_the_token(service: Service, tmp_path: Path) -> None:
    for name in ("default", "prod", "test"):
        printed(log_in("--api-url", API, "--profile", name))
    assert [line.split()[0] for line in printed(payerworks("profiles")).splitlines()][1:-1] == [
        "default",
        "prod",
        "test",
    ]
    assert "eyJ" not in printed(payerworks("profiles", "--json"))
    assert printed(payerworks("logout", "--profile", "prod")) == "Logged out: profile prod is deleted\n"
    assert not profile_file(tmp_path, "prod").exists()
    assert (
        "There is no profile prod: `payerworks login --profile prod`" in payerworks("env", "--profile", "prod").stderr
    )
    typo = payerworks("logout", "--profile", "prod")
    assert (typo.exit_code, typo.stderr) == (2, "Error: There is no profile prod: `payerworks profiles` lists all.\n")
    printed(payerworks("logout", "--all"))
    assert printed(payerworks("logout")) == "Nobody was logged in\n"
    nowhere = payerworks("claims", "list")
    assert (nowhere.exit_code, nowhere.stderr.count("\n")) == (1, 1)
    assert "`make up` starts a stack, `payerworks login --api-url URL` logs in." in nowhere.stderr


def test_a_configuration_folder_that_is_no_absolute_path_does_not_count(
    service: Service, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", "here")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    printed(log_in("--api-url", API))
    assert (tmp_path / "home" / ".config" / "payerworks" / "profiles" / "default.json").is_file()


def test_env_prints_variables_that_a_shell_can_take(service: Service, stack_dir: Path) -> None:
    lines = printed(run(stack_dir, "env")).splitlines()
    assert lines[0] == f"export API={API}"
    assert lines[1].startswith("export TOKEN=eyJ")


def test_messages_name_the_stack_that_is_meant(service: Service, tmp_path: Path) -> None:
    folder = tmp_path / ".local-b"
    missing = run(folder, "claims", "list")
    assert "`make STACK=b up` starts the stack" in missing.stderr
    folder.mkdir()
    outputs = service.outputs() | {"api_url": "http://127.0.0.1:9"}
    (folder / "outputs.json").write_text(json.dumps(outputs), encoding="utf-8")
    silent = run(folder, "claims", "list")
    assert silent.stderr == "Error: Nothing answers at http://127.0.0.1:9: `make STACK=b up` starts the stack.\n"
    (folder / "outputs.json").write_text(json.dumps(service.outputs()), encoding="utf-8")
    service.scripted["POST /admin/search/reindex"] = [httpx.Response(202, json={"status": "failed"})]
    assert "see `make STACK=b logs`" in run(folder, "search", "reindex").stderr


def test_suggested_commands_go_to_the_same_deployment(service: Service, tmp_path: Path) -> None:
    printed(log_in("--api-url", API, "--profile", "prod"))
    file = tmp_path / "visits.csv"
    file.write_text("mrn,first_name,last_name,birth_date,visit_account_number,visit_date,reason\n7,,,,,,\n")
    said = printed(payerworks("ingest", str(file), "--profile", "prod"))
    assert " -o rejects.csv --profile prod\n" in said


def test_suggested_commands_can_be_pasted_into_another_shell(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    Path(".local-b").mkdir()
    Path(".local-b/outputs.json").write_text(json.dumps(service.outputs()), encoding="utf-8")
    printed(payerworks("sample", "data", "--claims", "3", "--patients", "2"))
    monkeypatch.setenv("STACK", "b")
    monkeypatch.setenv("PATH", "")
    Path("bin").mkdir()
    Path("bin/payerworks").touch()
    monkeypatch.setattr(sys, "executable", str(Path("bin/python").absolute()))
    said = printed(payerworks("run", "--data", "data", "--look-every", "0.01"))
    assert '`eval "$(STACK=b bin/payerworks env)"` sets $API' in said


def test_what_could_be_called_is_named_where_nothing_says_what_to_call(service: Service) -> None:
    printed(log_in("--api-url", API, "--profile", "t"))
    Path(".local-b").mkdir()
    Path(".local-b/outputs.json").write_text(json.dumps(service.outputs()), encoding="utf-8")
    told = payerworks("plans", "list")
    assert told.exit_code == 1
    assert told.stderr == (
        "Error: Neither an option nor a variable names a deployment. Profiles: t (--profile t). "
        "Stacks here: b (STACK=b).\n"
    )


def test_nothing_of_a_stack_is_suggested_for_another_deployment(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PAYERWORKS_TOKEN", "t")
    silent = payerworks("claims", "list", "--api-url", "http://127.0.0.1:9")
    assert "make" not in silent.stderr
    for command in (("claims", "recount"), ("plans", "tail")):
        assert "needs AWS itself" in payerworks(*command, "--api-url", API).stderr
    assert "Made-up claims are for a stack" in payerworks("run", "--api-url", API).stderr


@pytest.mark.parametrize(
    "url",
    [
        "api.example.com",
        "ftp://example.com",
        "https://",
        "https://me:pw@example.com",
        "https://e.com/?a=b",
        "http://a b",
    ],
)
def test_what_cannot_be_the_address_of_an_api_is_said(url: str) -> None:
    with pytest.raises(BadOption, match="is not the address of an API"):
        checked_url(url)


def test_health_needs_no_login_and_ends_with_1_where_a_server_is_down(service: Service) -> None:
    up = {
        "status": "up",
        "dependencies": {"redis": {"status": "up", "latency_ms": 0.4}},
    }
    up |= {"search": {"lag_ms": 1205, "waiting": 0}}
    down = up | {"status": "down", "dependencies": {"redis": {"status": "down", "latency_ms": 4000}}}
    down |= {"consumers": {"claim-payments": "down", "claim-totals": "up"}}
    service.scripted["GET /health"] = [httpx.Response(200, json=up), *[httpx.Response(503, json=down)] * 2]
    said = printed(payerworks("health", "--api-url", API))
    assert [line.split() for line in said.splitlines()] == [
        [API, "is", "up"],
        ["server", "status", "latency", "(ms)"],
        ["redis", "up", "0.4"],
        ["search", "nothing", "waiting;", "the", "last", "change", "took", "1.2", "s"],
    ]
    tables = up | {"search": {"engine": "dynamodb", "lag_ms": None, "waiting": None}}
    service.scripted["GET /health"].insert(0, httpx.Response(200, json=tables))
    assert "search  from the tables, without a search engine: " in printed(payerworks("health", "--api-url", API))
    result = payerworks("health", "--api-url", API)
    assert result.exit_code == 1
    assert (
        result.stderr
        == f"Error: {API} is degraded: redis (the cache) does not answer, nothing reads from claim-payments.\n"
    )
    told = payerworks("health", "--api-url", API, "--json")
    failure = result.stderr.removeprefix("Error: ").strip()
    assert (told.exit_code, json.loads(told.stdout)) == (1, {"ok": False, "error": failure} | down)


def test_run_takes_a_folder_in_at_any_deployment(
    service: Service, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    printed(log_in("--api-url", API))
    printed(payerworks("sample", "data", "--claims", "3", "--patients", "2"))
    Path("data/claims.csv").unlink()
    Path("data/patients.csv").unlink()
    for told in ("10 claims stored", "10 claims already there"):
        assert told in printed(payerworks("run", "--data", "data", "--look-every", "0.01"))
