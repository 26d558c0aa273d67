"""Patients of files in the index: found by name, counted exactly, built anew, held against the table."""

import base64
import json
import time
import urllib.parse
import uuid
from collections.abc import Callable
from typing import Any

import pytest

from intake.registry.registry_items import patient_id_of
from intake.registry.search_index import Document, deletion, indexing, read_documents
from localstack.stack import Stack
from payerworks.opensearch import bulk, opensearch
from search.patients.sync import TARGETS
from tests.integration.conftest import Answer, Api
from tests.integration.intake.conftest import Ingest, ingest_into
from tests.integration.plans.conftest import until

# Not for the test that starts a server: where an endpoint is given, the stack starts none.
in_this_process = pytest.mark.usefixtures("here")

HEADER = "Id,FIRST,LAST,BIRTHDATE\n"


@pytest.fixture
def word() -> str:
    """A beginning of names that no other test has."""
    return f"n{uuid.uuid4().hex[:12]}"


@pytest.fixture
def ingest(api: Api, stack: dict[str, Any]) -> Ingest:
    return ingest_into("patients", api, stack)


@pytest.fixture
def load(ingest: Ingest) -> Callable[..., None]:
    """Have a file of patients loaded: MRN, first and last name of each."""

    def rows(*patients: tuple[str, str, str]) -> None:
        lines = (f"{mrn},{first},{last},1990-02-14\n" for mrn, first, last in patients)
        job = ingest((HEADER + "".join(lines)).encode(), ".csv")
        assert (job["status"], job["rejected"]) == ("completed", 0)

    return rows


def page(api: Api, **query: Any) -> Answer:
    return api.get("/patients?" + urllib.parse.urlencode(query))


def found(api: Api, total: int, **query: Any) -> list[str]:
    """The MRNs of a page, once the total is this."""
    # The first patients of all make the index, which answers 503 until it is there.
    answer = until(lambda: page(api, **query), lambda answer: answer.json().get("total") == total)
    assert answer.json()["total"] == total
    return [patient["mrn"] for patient in answer.json()["patients"]]


def job_of(api: Api, path: str) -> Any:
    """A job on the index of patients, once it has ended."""
    begun = api.post(path, None)
    assert begun.status == 202, begun.body
    assert begun.json()["index"] == "patients"
    seen = path.removesuffix("&repair=true")
    done = until(lambda: api.get(seen), lambda answer: answer.json()["status"] == "completed", 120).json()
    assert (done["id"], done["status"]) == (begun.json()["id"], "completed")
    return done


def test_patients_are_found_by_the_beginnings_of_names_in_any_case(api: Api, load: Any, word: str) -> None:
    names = [("Ada", "Ångström"), ("ádám", "angstrom"), ("Zoë", "ÅNGSTRÖM-Moss")]
    load(*((f"{word}-{number}", first, f"{word}{last}") for number, (first, last) in enumerate(names)))
    assert found(api, 3, last_name=word.upper()) == [f"{word}-1", f"{word}-0", f"{word}-2"]
    assert found(api, 2, last_name=f"{word}A\u030aNG") == [f"{word}-0", f"{word}-2"]
    assert found(api, 1, last_name=word, first_name="Á") == [f"{word}-1"]
    assert found(api, 0, last_name=word, first_name="dam") == []


def test_totals_are_exact_and_pages_follow_each_other(api: Api, load: Any, word: str) -> None:
    load(*((f"{word}-{number:04d}", f"F{number % 7}", f"{word}{number:04d}") for number in range(2300)))
    assert found(api, 2300, last_name=word, page=23, page_size=100)[-1] == f"{word}-2299"
    assert len(found(api, 2300 // 7 + 1, last_name=word, first_name="f3", page_size=100)) == 100
    assert page(api, last_name=word, page=101, page_size=100).status == 400
    assert found(api, 2300, last_name=word, page=24, page_size=100) == []


def test_a_person_who_has_another_name_moves(api: Api, load: Any, word: str) -> None:
    load((word, "Ada", f"{word}field"))
    assert found(api, 1, last_name=f"{word}field") == [word]
    load((word, "Ada", f"{word}moss"))
    assert found(api, 1, last_name=f"{word}moss") == [word]
    assert found(api, 0, last_name=f"{word}field") == []


@in_this_process
def test_an_index_that_was_lost_is_built_anew_from_the_table(api: Api, load: Any, word: str) -> None:
    load(*((f"{word}-{number}", "Ada", f"{word}{number}") for number in range(3)))
    assert len(found(api, 3, last_name=word)) == 3
    opensearch().indices.delete("patients-0*")
    assert page(api, last_name=word).json()["total"] == 0
    done = job_of(api, "/admin/search/reindex?index=patients")
    assert done["patients"] == done["documents"] >= 3
    assert found(api, 3, last_name=word) == [f"{word}-{number}" for number in range(3)]
    [built] = opensearch().indices.get("patients-0*")
    again = job_of(api, "/admin/search/reindex?index=patients")
    assert again["patients"] == done["patients"]
    [built_again] = opensearch().indices.get("patients-0*")
    assert built_again != built
    assert len(found(api, 3, last_name=word)) == 3


@in_this_process
def test_drift_of_patients_is_found_and_repaired(api: Api, load: Any, word: str) -> None:
    load(*((f"{word}-{number}", "Ada", f"{word}{number}") for number in range(3)))
    assert len(found(api, 3, last_name=word)) == 3
    clean = job_of(api, "/admin/search/drift?index=patients&repair=true")
    assert clean["checked"] >= 3
    keys = [(tenant_of(api), patient_id_of(tenant_of(api), f"{word}-{number}")) for number in range(3)]
    held = read_documents("patients", keys)
    foreign = Document(keys[0][0], word, "a", "b", 1)
    [alias] = TARGETS.write_targets()
    stale = held[keys[1]]._replace(last="other")
    assert not bulk(alias, [deletion(held[keys[0]]), indexing(stale), indexing(foreign)]).newer
    opensearch().indices.refresh(index="patients")
    drift = job_of(api, "/admin/search/drift?index=patients&repair=true")
    assert {name: drift[name]["ids"] for name in ("missing", "stale", "orphaned")} == {
        "missing": [keys[0][1]],
        "stale": [keys[1][1]],
        "orphaned": [word],
    }
    assert drift["repaired"] == 3
    assert len(found(api, 3, last_name=word)) == 3
    wait_until_gone(keys[0][0], word)
    after = job_of(api, "/admin/search/drift?index=patients")
    assert [after[name]["count"] for name in ("missing", "stale", "orphaned")] == [0, 0, 0]


def tenant_of(api: Api) -> str:
    """The tenant of the stack's administrator."""
    payload = api.headers["Authorization"].split(".")[1]
    return str(json.loads(base64.urlsafe_b64decode(payload + "=="))["tenant"])


def wait_until_gone(tenant: str, wanted: str) -> None:
    end = time.monotonic() + 30
    while read_documents("patients", [(tenant, wanted)]):
        assert time.monotonic() < end
        time.sleep(0.2)


def test_while_opensearch_is_away_patients_are_found_by_mrn(
    running_stack: Stack, api: Api, load: Any, word: str
) -> None:
    running_stack.stop("opensearch")
    try:
        load((word, "Ada", f"{word}field"))
        away = page(api, last_name=word)
        assert (away.status, away.headers["retry-after"]) == (503, "5")
        assert page(api, mrn=word).json()["total"] == 1
    finally:
        running_stack.start("opensearch")
    assert found(api, 1, last_name=word) == [word]
