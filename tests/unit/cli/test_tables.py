"""Tables fit the terminal, and show money, NPIs, dates, statuses and ids whole."""

import datetime
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr
from rich.cells import cell_len
from rich.console import Console
from typer.testing import CliRunner

from payerworks_cli.api import Api
from payerworks_cli.command_line import app
from payerworks_cli.profiles import Profile, write_profile
from payerworks_cli.run.sample import write_sample
from payerworks_cli.run.sample_plan import sample_plan
from payerworks_cli.tables import GAP, column_widths, row_lines
from payerworks_cli.terminal import Terminal
from tests.unit.cli.conftest import printed, run
from tests.unit.cli.pseudo_terminal import ESCAPES, on_a_terminal, on_terminal, screen
from tests.unit.cli.service import Service
from tests.unit.cli.test_claims import CLAIM
from tests.unit.ops.conftest import Put

WIDTHS = (60, 80, 120)
CLAIM_MEMBERS = ("id", "service_date", "provider_npi", "net_fee", "status")
WHOLE = {
    "claims list": ("items", CLAIM_MEMBERS),
    "claims top": ("items", ("provider_npi", "total_net_fee", "claims")),
    "claims get": ("", CLAIM_MEMBERS),
    "claims payment": ("steps", ("step", "at")),
    "claims post": ("", CLAIM_MEMBERS),
    "plans list": ("items", ("objectId", "planType", "creationDate", "serviceCount")),
    "plans get": ("", ("objectId", "planType", "creationDate")),
    "plans history": ("items", ("operation", "version", "at", "by")),
    "plans search": ("items", ("objectId", "planType")),
    "jobs list": ("items", ("task_id", "status", "rejected")),
    "jobs show": ("steps", ("step", "at")),
    "registry list": ("items", ("id", "mrn")),
    "registry get": ("visits", ("visit_account_number", "visit_date")),
    "institutions list": ("items", ("id", "name", "institution_type")),
    "doctors list": ("items", ("id", "professional_status")),
    "patients list": ("items", ("id", "validation_status")),
    "patients get": ("", ("contact_email", "doctor_id")),
    "patients history": ("items", ("operation", "version", "at")),
    "patients entries": ("items", ("id", "until")),
    "appointments list": ("items", ("id", "start", "status")),
    "queues list": ("items", ("name", "dead")),
    "queues show": ("messages", ("id", "sentAt")),
    "search drift": ("", ("checked",)),
    "health": ("", ("status",)),
    "doctor": ("items", ("check", "state")),
    "users list": ("items", ("email", "user_type")),
    "users show": ("", ("user_id", "email", "user_type")),
    "clients list": ("items", ("client_id",)),
    "sessions list": ("items", ("id", "last_used_at")),
    "whoami": ("", ("expires_at",)),
}
"""The commands that print a table, and what of their JSON must be in one line of it: members of the list's entries."""
ROWS = """mrn,first_name,last_name,birth_date,visit_account_number,visit_date,reason
7,Ada,Field,1990-01-02,V-1,2024-01-02,Sprained ankle
8,Zoë,Peña,1990-02-30,V-2,2024-01-02,Check
"""


@pytest.fixture
def arguments(service: Service, api: Api, put: Put, stack_dir: Path, tmp_path: Path) -> dict[str, str]:
    """The arguments of commands, for which there is something to show."""
    api.ask("POST", "/v1/plan", expect=(201,), json=sample_plan(7))
    api.ask("PATCH", "/v1/plan/sbc-plan-7", json={"planType": "other"}, headers={"X-Request-Id": "r" * 36})
    service.index.drifted = [f"plan-{number}" for number in range(9)]
    claims = [CLAIM | {"provider_fees": f"{fee}.25"} for fee in (81, 9_999_999)]
    (tmp_path / "claims.json").write_text(json.dumps(claims), encoding="utf-8")
    claim_id = api.ask("POST", "/claims", expect=(201,), json=CLAIM | {"provider_npi": "1234567890"}).member("id")
    file = tmp_path / "a long name of a file of visits.csv"
    file.write_text(ROWS, encoding="utf-8")
    job_id = json.loads(printed(run(stack_dir, "ingest", file, "--json")))["items"][0]["task_id"]
    service.settle()
    put("ClaimTotalsDeadLetters", {"tenant": "main", "claimId": "claim-7", "requestId": "r-1"})
    patient_id = api.ask("GET", "/patients").member("patients")[0]["id"]
    health = {"status": "up", "dependencies": {"redis": {"status": "up", "latency_ms": 0.4}}}
    roles = ["plans", "claims", "intake", "directory", "support", "operations", "audit"]
    user = {"user_id": "a" * 32, "email": f"{'ann.' * 8}@example.com", "user_type": "institution", "roles": roles}
    accounts = [{**user, "client_id": "b" * 32, "name": "a clearinghouse " * 4}]
    session = {
        "id": "c" * 32,
        "device": "a browser on a machine " * 5,
        "address": "2001:db8:ffff:ffff:ffff::1",
    }
    session |= dict.fromkeys(("created_at", "last_used_at", "expires_at"), "2026-11-28T10:00:00.5+00:00")
    scripted: dict[str, Any] = {
        "GET /health": health,
        "GET /users": {"items": accounts},
        "GET /clients": {"items": accounts},
        f"GET /users/{'a' * 32}": user,
        "GET /auth/sessions": {"items": [session | {"current": True}]},
    }
    for name, body in scripted.items():
        service.scripted[name] = [httpx.Response(200, json=body)] * 4
    return {
        "claims get": claim_id,
        "claims payment": claim_id,
        "claims post": str(tmp_path / "claims.json"),
        "plans get": "sbc-plan-7",
        "plans history": "sbc-plan-7",
        "plans search": "drugs",
        "jobs show": job_id,
        "registry get": patient_id,
        **_directory(api),
        "queues show": "claim-totals",
        "users show": "a" * 32,
    }


def _directory(api: Api) -> dict[str, str]:
    """People, an entry and an appointment; the arguments of the commands that show them."""

    def made(path: str, **members: Any) -> str:
        return str(api.ask("POST", f"/api/v1/{path}", expect=(201,), json=members).member("id"))

    def person(path: str, email: str, **members: Any) -> str:
        return made(path, contact_email=email, password="correct horse battery", **members)

    clinic = {"name": "Center", "institution_type": "preventive_clinic", "license_number": "H-7", "region": "North"}
    institution = person("institutions", "clinic@example.com", **clinic)
    name = {"first_name": "Ana María " * 4, "last_name": "Hernández-Rentería"}
    profession = {"specialty_id": "emergency-medicine", "years_experience": 3, "consultation_fee": 120}
    doctor = person("doctors", "doctor@example.com", medical_license="ML-7", **name, **profession)
    relations = {"doctor_id": doctor, "institution_id": institution}
    patient = person("patients", "patient@example.com", date_of_birth="1990-02-14", mrn="M-7", **name, **relations)
    condition = {"name": "Essential hypertension " * 4, "code_system": "ICD-10-CM", "code": "I10"}
    made(f"patients/{patient}/conditions", **condition, since="2020-01-02", until="2021-03-04")
    made("appointments", doctor_id=doctor, patient_id=patient, start="2030-12-02T09:30:00-05:00", minutes=30)
    return {"patients get": patient, "patients history": patient, "patients entries": f"{patient} conditions"}


def whole_values(told: Any, entries: str, members: tuple[str, ...]) -> Iterator[str]:
    """The values in the JSON of a command that its table must not cut."""
    found = told[entries] if entries else told
    for entry in found if isinstance(found, list) else [found]:
        for member in members:
            yield shown(member, entry[member])


def shown(member: str, value: Any) -> str:
    """A value of the JSON as a table shows it."""
    if isinstance(value, str):
        return re.sub(r"T(\d\d:\d\d:\d\d)\.\d+\+00:00$", r"T\1Z", re.sub(r"^(\d\d-\d\d)-(\d{4})$", r"\2-\1", value))
    return f"${value:,.2f}" if "fee" in member else f"{value:,}"


@pytest.mark.parametrize("columns", WIDTHS)
def test_tables_fit_the_terminal_and_show_values_whole(
    arguments: dict[str, str], stack_dir: Path, columns: int
) -> None:
    for name, (entries, members) in WHOLE.items():
        command = [*name.split(), *arguments.get(name, "").split(), "--stack-dir", str(stack_dir)]
        lines = screen(columns, *command)
        table = [line for line in lines if line.startswith("  ")]
        assert table, f"{name} prints no table"
        assert not [line for line in table if cell_len(line) > columns], f"{name} exceeds {columns} columns"
        told = json.loads(CliRunner().invoke(app, [*command, "--json"]).stdout)
        values = list(whole_values(told, entries, members))
        assert values, f"{name} --json tells nothing"
        text = "\n".join(lines)
        cut = [value for value in values if value not in text and value.replace(",", "") not in text]
        assert not cut, f"{name} does not show {cut} at {columns} columns:\n{text}"


@pytest.mark.parametrize(
    ("command", "header"),
    [
        ("claims list", "claim served provider net fee status"),
        ("claims payment", "step at detail"),
        ("jobs list", "job status rows rejected file"),
        ("plans history", "operation version at by"),
        ("plans list", "plan type created services organization"),
    ],
)
def test_main_tables_stay_tables_at_80_columns(
    arguments: dict[str, str], stack_dir: Path, command: str, header: str
) -> None:
    """Columns of less worth are left out before a table becomes blocks."""
    words = [*command.split(), *arguments.get(command, "").split(), "--stack-dir", str(stack_dir)]
    assert header.split() in [line.split() for line in screen(80, *words)]


def test_a_long_text_is_broken_between_words_beside_whole_columns(stack_dir: Path, api: Api) -> None:
    plan = sample_plan(7)
    plan["linkedPlanServices"][0]["linkedService"]["name"] = "preventive " * 20
    api.ask("POST", "/v1/plan", expect=(201,), json=plan)
    lines = screen(60, "plans", "get", "sbc-plan-7", "--stack-dir", str(stack_dir))
    broken = [line.strip() for line in lines if "preventive" in line]
    assert len(broken) > 4
    assert {word for line in broken[1:] for word in line.split()} == {"preventive"}


@pytest.mark.parametrize("columns", [60, 80])
def test_a_run_prints_no_line_wider_than_the_terminal(service: Service, stack_dir: Path, columns: int) -> None:
    write_sample(stack_dir / "sample", claims=3, patients=2)
    with (stack_dir / "sample" / "patients.csv").open("a", encoding="utf-8") as file:
        file.write("7,A,B,1990-02-30,V-9,2024-01-02,x\n")
    lines = screen(columns, "run", "--look-every", "0.01", "--stack-dir", str(stack_dir))
    text = "\n".join(lines)
    assert "Where to look" in text
    assert "1 rejected" in text
    assert not [line for line in text.replace("\r", "\n").splitlines() if cell_len(line) > columns]


def test_addresses_of_profiles_are_broken_nowhere(
    service: Service, stack_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    address = "https://abcdefghij.execute-api.eu-central-1.amazonaws.com/prod"
    profile = Profile(
        api_url=address,
        email="a-long-name@example.com",
        token=SecretStr("t"),
        refresh_token=SecretStr("r"),
        client_id=SecretStr("c"),
        expires_at=datetime.datetime(2026, 11, 28, 10, tzinfo=datetime.UTC),
    )
    write_profile("prod", profile)
    words = " ".join(screen(80, "profiles")).split()
    assert {address, "a-long-name@example.com", "2026-11-28T10:00:00Z"} <= set(words)


def test_a_command_to_be_copied_is_in_one_line_if_it_fits() -> None:
    command = "`payerworks jobs rejects 0f1e2d3c`"

    def say() -> None:
        Terminal().line(f"Two rows of the file could not be taken in; {command} gets them")

    lines = ESCAPES.sub("", on_a_terminal(50, say)).splitlines()
    assert [command in line for line in lines] == [False, True]


def test_a_pipe_gets_each_row_in_one_line_without_escape_codes(stack_dir: Path, api: Api) -> None:
    plan = sample_plan(7)
    plan["linkedPlanServices"][0]["linkedService"]["name"] = "preventive " * 40
    api.ask("POST", "/v1/plan", expect=(201,), json=plan)
    said = printed(run(stack_dir, "plans", "get", "sbc-plan-7"))
    assert max(line.count("preventive") for line in said.splitlines()) == 40
    assert "\x1b" not in said


def test_no_color_is_respected(stack_dir: Path, api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    arguments = ("claims", "list", "--stack-dir", str(stack_dir))
    assert "\x1b[" in on_terminal(80, *arguments)[1]
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b[" not in on_terminal(80, *arguments)[1]


def test_control_characters_of_data_do_not_reach_the_terminal(stack_dir: Path, api: Api) -> None:
    plan = sample_plan(7)
    plan["planType"] = "in\x1b[2J\u202eten"
    api.ask("POST", "/v1/plan", expect=(201,), json=plan)
    for arguments in (("plans", "get", "sbc-plan-7"), ("plans", "list")):
        said = printed(run(stack_dir, *arguments))
        assert r"in\x1b[2J\u202eten" in said


names = st.lists(st.text("abcdefgh", min_size=1, max_size=12), min_size=1, max_size=6, unique=True)
cells = st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "Zs")), max_size=40)


@given(st.data(), names, st.integers(20, 140))
def test_a_table_is_as_wide_as_allowed_at_most_and_loses_nothing(
    data: st.DataObject, columns: list[str], room: int
) -> None:
    rows = data.draw(st.lists(st.tuples(*[cells] * len(columns)), max_size=4))
    texts = data.draw(st.sets(st.sampled_from(columns)))
    widths = column_widths(columns, rows, texts, room)
    if widths is None:
        return
    assert sum(widths) + GAP * (len(widths) - 1) <= room
    for row in rows:
        lines = list(row_lines(Console(), columns, row, widths, texts))
        assert all(cell_len(line) <= room for line in lines)
        for column, cell in zip(columns, row, strict=True):
            if column not in texts:
                assert cell.rstrip() in lines[0]
        assert sorted(_letters("".join(lines))) == sorted(_letters("".join(row)))


def _letters(text: str) -> str:
    return re.sub(r"\s", "", text)
