"""A file that takes longer to split than its function has time."""

import uuid
from collections.abc import Iterator
from typing import Any

import pytest

from localstack.deployed import aws_client
from tests.integration.conftest import Api
from tests.integration.intake.conftest import Ingest
from tests.integration.intake.test_intake import HEADER


@pytest.fixture
def _hurried(stack: dict[str, Any]) -> Iterator[None]:
    """The function that splits has a second before it must hand on."""
    functions = aws_client(stack, "lambda")
    name = stack["functions"]["OnFileUploaded"]
    before = functions.get_function_configuration(FunctionName=name)["Timeout"]
    functions.update_function_configuration(FunctionName=name, Timeout=121)
    yield
    functions.update_function_configuration(FunctionName=name, Timeout=before)


@pytest.mark.usefixtures("_hurried")
def test_a_long_file_is_split_by_several_invocations(api: Api, ingest: Ingest) -> None:
    mrn = uuid.uuid4().hex
    # They disagree about the person: what is contested is loaded in turn, through the whole file.
    visits = [f"{mrn},{name},Field,1990-02-14,{mrn}-{name},2024-11-01,x\n" for name in ("Ada", "Eve")]
    # Rows that are rejects take their time in the split, and little in loading.
    content = HEADER + visits[0] + "of two cells,\n" * 400_000 + visits[1]
    job = ingest(content.encode(), ".csv")
    assert (job["status"], job["visits_created"], job["rejected"]) == ("completed", 2, 400_000), job
    assert "handed_on" in [step["step"] for step in job["steps"]]
    patient = api.get(f"/patients?mrn={mrn}").json()["patients"][0]
    assert (patient["visits_count"], patient["person"]["first_name"]) == (2, "Eve")
