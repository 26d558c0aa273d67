"""`payerworks claims`, against a stand-in for the service on loopback."""

import json
from pathlib import Path

import pytest

from payerworks_cli.run.sample import write_sample
from tests.unit.cli.conftest import printed, run
from tests.unit.cli.fake_service import FakeService

CLAIM = {
    "service_date": "2025-03-03",
    "submitted_procedure": "D0180",
    "plan_group_number": "GRP-1",
    "subscriber_number": "SUB-1",
    "provider_npi": "1234567893",
    "provider_fees": "1,100.00",
    "allowed_fees": "0",
    "member_coinsurance": "0",
    "member_copay": "0",
}


def test_post_takes_a_csv_in_lists_once(service: FakeService, stack_dir: Path, tmp_path: Path) -> None:
    write_sample(tmp_path / "data", claims=60)
    file = tmp_path / "data" / "claims.csv"
    assert "60 claims stored in lists of up to 50" in printed(run(stack_dir, "claims", "post", file))
    assert service.asked["POST /claims"] == 2
    assert json.loads(printed(run(stack_dir, "claims", "post", file, "--json")))["already_there"] == 60
    assert len(service.claims) == 60


def test_post_takes_a_json_file_as_it_is_once(service: FakeService, stack_dir: Path, tmp_path: Path) -> None:
    file = tmp_path / "claims.json"
    file.write_text(json.dumps([CLAIM, CLAIM]), encoding="utf-8-sig")
    said = printed(run(stack_dir, "claims", "post", file))
    assert "1,100.00" in said
    assert "2 claims stored" in said
    assert "2 claims already there: posted before, nothing added" in printed(run(stack_dir, "claims", "post", file))
    assert len(service.claims) == 2
    assert "SUB-1" not in said


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("none.csv", None, "cannot be read"),
        ("none.json", None, "cannot be read"),
        ("other.csv", "a,b\n1,2\n", "has no claims: its header must name their columns"),
    ],
)
def test_a_file_that_cannot_be_posted_is_said(stack_dir: Path, name: str, content: str | None, sentence: str) -> None:
    if content is not None:
        (stack_dir / name).write_text(content, encoding="utf-8")
    result = run(stack_dir, "claims", "post", stack_dir / name)
    assert result.exit_code == 1
    assert sentence in result.stderr


def test_list_asks_by_filters_and_follows_the_pages(service: FakeService, stack_dir: Path) -> None:
    for number in range(130):
        service.of_claims.store(CLAIM | {"subscriber_number": f"SUB-{number % 2}"})
    said = printed(run(stack_dir, "claims", "list", "--limit", "120"))
    assert said.count("D0180") == 120
    assert "120 claims, and there are more: --limit" in said
    assert "SUB-" not in said
    one = json.loads(printed(run(stack_dir, "claims", "list", "--subscriber", "SUB-1", "--limit", "200", "--json")))
    assert (len(one["items"]), one["more"]) == (65, False)
    assert "0 claims" in printed(run(stack_dir, "claims", "list", "--provider", "1", "--status", "void"))


def test_get_shows_a_claim(service: FakeService, stack_dir: Path) -> None:
    service.of_claims.store(CLAIM | {"provider_npi": "1234567890"})
    said = printed(run(stack_dir, "claims", "get", "claim-0"))
    assert "Claim claim-0" in said
    assert "1100.0" in said
    assert "warning: /provider_npi has a check digit that does not fit" in said
    assert json.loads(printed(run(stack_dir, "claims", "get", "claim-0", "--json"))) == service.claims["claim-0"]


def test_payment_shows_the_steps(service: FakeService, stack_dir: Path) -> None:
    service.of_claims.store(CLAIM)
    assert "No payment was begun." in printed(run(stack_dir, "claims", "payment", "claim-0"))
    service.of_claims.pay()
    lines = printed(run(stack_dir, "claims", "payment", "claim-0")).splitlines()
    assert lines[0] == "Claim claim-0: $1,100.00, processed"
    assert [line.split()[0] for line in lines[2:]] == ["requested", "paid", "settled"]
    assert len(json.loads(printed(run(stack_dir, "claims", "payment", "claim-0", "--json")))["steps"]) == 3


def test_void_takes_a_claim_out_of_its_total(service: FakeService, stack_dir: Path) -> None:
    service.of_claims.store(CLAIM | {"subscriber_number": "SANDBOX-REFUSE"})
    assert "1234567893" in printed(run(stack_dir, "claims", "top"))
    service.of_claims.pay()
    assert "is void; $1,100.00 leave the total of 1234567893" in printed(run(stack_dir, "claims", "void", "claim-0"))
    assert json.loads(printed(run(stack_dir, "claims", "top", "--json"))) == {"items": []}


@pytest.mark.parametrize(("claim", "status"), [("claim-0", "409 Conflict"), ("none", "404 Not Found")])
def test_what_cannot_be_void_is_told_in_one_sentence(
    service: FakeService, stack_dir: Path, claim: str, status: str
) -> None:
    service.of_claims.store(CLAIM)
    result = run(stack_dir, "claims", "void", claim)
    assert (result.exit_code, result.stderr.count("\n")) == (1, 1)
    assert status in result.stderr
