from dataclasses import replace

from search import get_reindex
from search.jobs import repository
from tests.unit.conftest import Call


def test_before_the_first_reindex_there_is_none(call: Call) -> None:
    assert call(get_reindex.handler, "search/get_reindex")["statusCode"] == 404


def test_every_administrator_reads_the_progress_in_numbers(call: Call) -> None:
    job = repository.start_job("reindex", "", "request", alone=True)
    after = replace(job, step="fill", counts={"plans": 7, "documents": 56}, position={"pk": {"S": "acme#secret"}})
    assert repository.finish_slice(job, after)
    answer = call(get_reindex.handler, "search/get_reindex", tenant="other")
    assert (answer["json"]["step"], answer["json"]["plans"], answer["json"]["documents"]) == ("fill", 7, 56)
    assert "acme" not in answer["body"]
