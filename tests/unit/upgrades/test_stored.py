"""What an earlier version has stored is read, and what it has sent is taken, by this one: nothing is migrated."""

import gzip
import json
import os
from pathlib import Path

import pytest
from typer.testing import CliRunner

from payerworks.aws import client
from payerworks_cli.api import Api
from payerworks_cli.command_line import app
from payerworks_cli.run.sample import write_sample
from tests.unit.cli.conftest import api as api
from tests.unit.cli.conftest import on_path as on_path
from tests.unit.cli.conftest import service as service
from tests.unit.cli.conftest import stack_dir as stack_dir
from tests.unit.cli.service import Service
from tests.unit.conftest import TEMPLATE
from tests.unit.upgrades import stored

FOLDER = Path(__file__).parent
FILES = sorted(FOLDER.glob("*.json.gz"))
SEARCHED = "/patients"
"""What the index answers, which the messages fill."""


def read(file: Path) -> stored.Stored:
    found: stored.Stored = json.loads(gzip.decompress(file.read_bytes()))
    return found


@pytest.fixture(params=FILES, ids=lambda file: file.name.partition(".")[0])
def earlier(request: pytest.FixtureRequest, service: Service) -> stored.Stored:
    """What an earlier version left behind, in this one's tables."""
    found = read(request.param)
    stored.put(found)
    return found


def test_all_is_answered_as_before(earlier: stored.Stored, api: Api) -> None:
    answers = {path: answer for path, answer in earlier["answers"].items() if not path.startswith(SEARCHED)}
    assert len(answers) > 30
    for path, answer in answers.items():
        assert stored.without_cursor(stored.answer(api, path)) == stored.without_cursor(answer), path


def test_messages_sent_before_are_taken_and_change_nothing(
    earlier: stored.Stored, service: Service, api: Api, caplog: pytest.LogCaptureFixture
) -> None:
    for queue, bodies in earlier["messages"].items():
        for body in bodies:
            client("sqs").send_message(QueueUrl=TEMPLATE.refs[queue], MessageBody=body)
    assert any(not service.work() for _ in range(100))
    assert [line.message for line in caplog.records if line.levelname in ("WARNING", "ERROR")] == []
    for path, answer in earlier["answers"].items():
        assert stored.without_cursor(stored.answer(api, path)) == stored.without_cursor(answer), path


def test_the_forms_of_this_version_are_recorded(service: Service, api: Api, stack_dir: Path) -> None:
    """If not: see that the files here are still read, then record this version's into a new one.

    `RECORD=2 pytest tests/unit/upgrades` writes 2.json.gz.
    """
    write_sample(stack_dir / "sample", claims=3, patients=2)
    words = ["run", "--look-every", "0.01", "--stack-dir", str(stack_dir), "--json"]
    people = json.loads(CliRunner().invoke(app, words).stdout)["directory"]["people"]
    service.settle()
    for kind, person in people.items():
        for more in ("", "/history", "/contacts"):
            api.ask("GET", f"/api/v1/{kind}s/{person}{more}")
    for more in ("care-team", "notes", "profile", "conditions"):
        api.ask("GET", f"/api/v1/patients/{people['patient']}/{more}", expect=(200, 404, 405))
    found = stored.record(service, api)
    if name := os.environ.get("RECORD"):
        text = json.dumps(found)
        (FOLDER / f"{name}.json.gz").write_bytes(gzip.compress(text.encode(), mtime=0))
    assert stored.forms(found) <= stored.forms(read(FILES[-1]))
