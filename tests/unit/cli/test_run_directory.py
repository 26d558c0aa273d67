"""The part of `payerworks run` that walks a patient of the directory to full access."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from typer.testing import CliRunner

from auth.users.repository import find_user
from payerworks_cli.api import Api
from payerworks_cli.command_line import app
from payerworks_cli.errors import ApiProblem
from payerworks_cli.run.directory import walk_directory
from payerworks_cli.run.sample import write_sample
from payerworks_cli.run.sample_people import PEOPLE
from payerworks_cli.terminal import Terminal
from tests.unit.auth.conftest import add_user, mails
from tests.unit.cli.service import Service

EMAILS = [person.email for person in PEOPLE]
ALL = {"dashboard": 200, "conditions": 200, "medical record": 200}
STATUSES = {
    "pending": dict.fromkeys(ALL, 403),
    "validated_by_doctor": dict.fromkeys(ALL, 403) | {"dashboard": 200},
    "validated_by_institution": ALL | {"medical record": 403},
    "full_access": ALL,
}


def walk(api: Api) -> dict[str, Any]:
    """What a run did in the directory; nobody of it can log in afterwards."""
    walked = walk_directory(api, Terminal())
    users = [find_user(email) for email in EMAILS]
    assert not any(user is None or user.active or user.sessions for user in users)
    assert walked is not None
    return walked.as_json()


def test_a_patient_is_walked_from_pending_to_full_access(api: Api, capsys: pytest.CaptureFixture[str]) -> None:
    walked = walk(api)
    assert walked["statuses"] == STATUSES
    assert list(walked["statuses"]) == list(STATUSES)
    assert (walked["created"], walked["steps"]) == (["institution", "doctor", "patient"], 3)
    assert (walked["condition_written"], walked["booked"], walked["second_booking"]) == (True, True, 409)
    patient = api.ask("GET", f"/api/v1/patients/{walked['people']['patient']}").json()
    assert patient["validation_status"] == "full_access"
    assert (patient["doctor_id"], patient["institution_id"]) == (
        walked["people"]["doctor"],
        walked["people"]["institution"],
    )
    lines = [" ".join(line.split()) for line in capsys.readouterr().out.splitlines()]
    assert "the patient is dashboard conditions medical record" in lines
    assert "validated_by_doctor ✓ 200 OK – 403 Forbidden – 403 Forbidden" in lines
    assert "full_access ✓ 200 OK ✓ 200 OK ✓ 200 OK" in lines
    assert any("the doctor wrote Essential hypertension (ICD-10-CM I10)" in line for line in lines)
    assert any("a second one of the doctor at the same time is 409 Conflict" in line for line in lines)
    assert any("health score 95, BMI 27.5 (pre obesity)" in line for line in lines)


def test_a_second_run_finds_all_of_it_and_changes_nothing(api: Api, capsys: pytest.CaptureFixture[str]) -> None:
    first = walk(api)
    stored = [api.ask("GET", f"/api/v1/{kind}s/{each}").text for kind, each in first["people"].items()]
    capsys.readouterr()
    second = walk(api)
    assert second == first | {
        "created": [],
        "steps": 0,
        "condition_written": False,
        "booked": False,
        "statuses": {"full_access": ALL},
    }
    assert [api.ask("GET", f"/api/v1/{kind}s/{each}").text for kind, each in first["people"].items()] == stored
    said = capsys.readouterr().out
    assert "there from an earlier run" in said
    assert "the patient has full access already" in said
    assert "is booked already" in said


def test_deleted_people_of_an_earlier_run_are_restored(api: Api) -> None:
    people = walk(api)["people"]
    for kind in ("patient", "doctor"):
        api.ask("DELETE", f"/api/v1/{kind}s/{people[kind]}", expect=(204,))
    walked = walk(api)
    assert (walked["people"], walked["created"], walked["statuses"]) == (people, [], {"full_access": ALL})


def test_what_others_changed_is_left_alone(api: Api, capsys: pytest.CaptureFixture[str]) -> None:
    people = walk(api)["people"]
    api.ask("PUT", f"/api/v1/patients/{people['patient']}", json={"doctor_id": None})
    assert walk_directory(api, Terminal()) is None
    assert "patient Pat Sample was changed since an earlier run: left alone" in capsys.readouterr().out
    assert not any(user and user.active for user in map(find_user, EMAILS))


def test_an_account_of_somebody_else_is_left_alone(api: Api, capsys: pytest.CaptureFixture[str]) -> None:
    add_user("institution", tenant="other", email=EMAILS[0])
    assert walk_directory(api, Terminal()) is None
    assert "is taken by somebody else: left alone" in capsys.readouterr().out
    user = find_user(EMAILS[0])
    assert user is not None
    assert user.active


def test_people_whose_new_password_would_be_mailed_are_left_alone(
    api: Api, capsys: pytest.CaptureFixture[str], environment: Callable[..., None]
) -> None:
    walk(api)
    environment(MAIL_SENDER="accounts@example.com")
    assert walk_directory(api, Terminal()) is None
    assert "its new password would go by e-mail, so it is left alone" in capsys.readouterr().out
    assert {mail["kind"] for mail in mails()} == {"invitation"}
    assert not any(user and user.active for user in map(find_user, EMAILS))


def test_logins_are_disabled_even_if_the_run_breaks_off(service: Service, api: Api) -> None:
    # No handler fails like that on purpose.
    service.scripted["POST /auth/login"] = [httpx.Response(500, json={"title": "Internal error"})]
    with pytest.raises(ApiProblem, match="500"):
        walk_directory(api, Terminal())
    users = [find_user(email) for email in EMAILS]
    assert [user is not None and user.active for user in users] == [False, False, False]


def test_a_run_of_the_sample_tells_what_is_new_once(stack_dir: Path) -> None:
    write_sample(stack_dir / "sample", claims=3, patients=2)
    words = ["run", "--look-every", "0.01", "--stack-dir", str(stack_dir)]
    first = CliRunner().invoke(app, words).stdout
    for change in ("1 patient of the directory made", "3 validation steps taken", "1 appointment booked"):
        assert change in first
    again = json.loads(CliRunner().invoke(app, [*words, "--json"]).stdout)
    assert (again["changed"], again["directory"]["second_booking"]) == (False, 409)
    assert "nothing changed" in CliRunner().invoke(app, words).stdout
    own = CliRunner().invoke(app, [*words, "--json", "--data", str(stack_dir / "sample")])
    assert json.loads(own.stdout)["directory"] is None
