"""Following the jobs of uploaded files where no job starts, or one stops moving."""

from pathlib import Path

import pytest

from payerworks_cli.api import Api
from payerworks_cli.errors import TookTooLong
from payerworks_cli.run.load_files import load_files
from payerworks_cli.run.sample import write_sample
from payerworks_cli.terminal import Terminal
from payerworks_cli.timeouts import Timeouts
from tests.unit.cli.service import Service

SHORT = Timeouts(poll=0.01, job_appears=0.3, job_stands_still=0.3)


@pytest.mark.parametrize(
    ("rounds", "sentence"), [(0, "no job for it appeared"), (1, "stands still at 0 %")], ids=["no job", "stands still"]
)
def test_a_job_that_does_not_start_or_move_is_said_after_a_while(
    service: Service, api: Api, tmp_path: Path, rounds: int, sentence: str
) -> None:
    write_sample(tmp_path, claims=1, patients=5)
    service.rounds = rounds
    with pytest.raises(TookTooLong, match=sentence):
        load_files(api, "patients", [tmp_path / "patients.csv"], Terminal(quiet=True), SHORT)
