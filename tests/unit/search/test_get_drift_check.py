from dataclasses import replace

from payerworks.times import now
from search import get_drift_check
from search.jobs import repository
from tests.unit.conftest import Call


def test_before_the_first_check_there_is_none(call: Call) -> None:
    assert call(get_drift_check.handler, "search/get_drift_check")["statusCode"] == 404


def test_it_shows_what_was_found_to_its_tenant_only(call: Call) -> None:
    job = repository.start_job("drift", "acme", "request", repair=True)
    repository.add_drifted(job, "stale", ["b", "a"])
    repository.add_drifted(job, "stale", ["a", "c"])
    done = replace(job, status="completed", counts={"checked": 9, "stale": 3, "repaired": 3}, finished_at=now())
    assert repository.finish_slice(job, done)
    shown = call(get_drift_check.handler, "search/get_drift_check")["json"]
    assert (shown["status"], shown["checked"], shown["repaired"]) == ("completed", 9, 3)
    assert shown["stale"] == {"count": 3, "ids": ["b", "a", "c"]}
    assert shown["missing"] == {"count": 0, "ids": []}
    assert call(get_drift_check.handler, "search/get_drift_check", tenant="other")["statusCode"] == 404


def test_of_many_it_shows_the_first_thousand(call: Call) -> None:
    job = repository.start_job("drift", "acme", "request", repair=False)
    repository.add_drifted(job, "missing", [f"{number:04d}" for number in range(1500)])
    repository.finish_slice(job, replace(job, counts={"missing": 1500}))
    shown = call(get_drift_check.handler, "search/get_drift_check")["json"]
    assert shown["missing"]["count"] == 1500
    assert shown["missing"]["ids"] == [f"{number:04d}" for number in range(1000)]


def test_a_new_check_begins_without_what_the_last_one_found(call: Call) -> None:
    old = repository.start_job("drift", "acme", "request", repair=False)
    repository.add_drifted(old, "stale", ["a"])
    new = repository.start_job("drift", "acme", "request", repair=False)
    assert repository.read_drifted(new, "stale") == []
