"""`payerworks registry`."""

import json
from pathlib import Path

import pytest

from tests.unit.cli.conftest import printed, run
from tests.unit.cli.service import Service

HEADER = "mrn,first_name,last_name,birth_date,visit_account_number,visit_date,reason"


@pytest.fixture
def stack_dir(service: Service, stack_dir: Path) -> Path:
    """With 130 patients, one visit each, all of them indexed."""
    rows = (f"M{n:03},Ada,Field{n:03},1990-01-02,V-{n},2024-01-02,Check" for n in range(130))
    file = stack_dir / "visits.csv"
    file.write_text("\n".join((HEADER, *rows)), encoding="utf-8")
    printed(run(stack_dir, "ingest", file))
    service.settle()
    return stack_dir


def test_list_follows_the_pages_up_to_its_limit(stack_dir: Path) -> None:
    told = json.loads(printed(run(stack_dir, "registry", "list", "--limit", "120", "--json")))
    assert [patient["mrn"] for patient in told["items"]] == [f"M{n:03}" for n in range(120)]
    assert (told["total"], told["more"]) == (130, True)
    said = printed(run(stack_dir, "registry", "list", "--limit", "2"))
    assert "2 patients of 130; `--limit 130` shows all\n" in said
    assert len(json.loads(printed(run(stack_dir, "registry", "list", "--limit", "500", "--json")))["items"]) == 130


def test_list_filters_by_mrn_and_names(stack_dir: Path) -> None:
    for option, value in (("--mrn", "M007"), ("--last-name", "field007")):
        said = printed(run(stack_dir, "registry", "list", option, value))
        assert "Field007" in said
        assert said.endswith("1 patient\n")


def test_get_shows_a_patient_with_visits(stack_dir: Path) -> None:
    (patient,) = json.loads(printed(run(stack_dir, "registry", "list", "--mrn", "M007", "--json")))["items"]
    said = printed(run(stack_dir, "registry", "get", patient["id"]))
    assert "Ada Field007" in said
    assert [line.split() for line in said.splitlines()][-1] == ["V-7", "2024-01-02", "Check"]
    assert json.loads(printed(run(stack_dir, "registry", "get", patient["id"], "--json"))) == patient
    missing = run(stack_dir, "registry", "get", "M007")
    assert (missing.exit_code, missing.stderr.count("\n")) == (1, 1)
    assert f"`payerworks registry list --mrn M007 --stack-dir {stack_dir}` finds a patient by MRN." in missing.stderr
