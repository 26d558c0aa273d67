import pytest

from intake import get_registry_patient, list_registry_patients
from intake.registry import repository
from intake.registry.search_index import Document, definition
from payerworks.aws import client
from tests.unit.conftest import Call
from tests.unit.fake_opensearch import FakeOpenSearch
from tests.unit.intake.conftest import Intake

NAMES = [
    ("Ada", "Field"),
    ("ádám", "Fielding"),
    ("Zoë", "FIELD"),
    ("Adolf", "Moss"),
    ("Ann", "Ångström"),
    ("a", "straße"),
]


@pytest.fixture(params=["intake", "small_intake"])
def filled(request: pytest.FixtureRequest) -> Intake:
    """An intake with patients, with OpenSearch and without."""
    return fill(request.getfixturevalue(request.param))


@pytest.fixture
def indexed(intake: Intake) -> Intake:
    """An intake with patients, with OpenSearch."""
    return fill(intake)


def fill(intake: Intake) -> Intake:
    rows = [f"{number},{first},{last},1990-02-14" for number, (first, last) in enumerate(NAMES)]
    intake.ingest("\n".join(["Id,FIRST,LAST,BIRTHDATE", *rows]), "patients/patients.csv")
    return intake


@pytest.mark.parametrize(
    ("query", "mrns"),
    [
        ({}, "021345"),
        ({"last_name": "fie"}, "021"),
        ({"last_name": "Field", "first_name": "Z"}, "2"),
        ({"first_name": "AD"}, "03"),
        ({"first_name": "ÁD"}, "1"),
        ({"last_name": "STRASSE"}, "5"),
        ({"last_name": "A\u030angs"}, "4"),
        ({"mrn": "3"}, "3"),
        ({"mrn": "\u00a03\u2003"}, "3"),
        ({"last_name": " Field ", "first_name": "\u3000Z"}, "2"),
        ({"mrn": "3", "last_name": "Field"}, ""),
        ({"mrn": "33"}, ""),
    ],
)
def test_filters_find_patients(filled: Intake, query: dict[str, str], mrns: str) -> None:
    page = filled.patients(**query)
    assert sorted(patient["mrn"] for patient in page["patients"]) == sorted(mrns)
    assert page["total"] == len(mrns)


def test_pages_follow_each_other_by_name(filled: Intake) -> None:
    pages = [filled.patients(page=str(number), page_size="2") for number in range(1, 5)]
    assert [page["total"] for page in pages] == [6] * 4
    names = [patient["person"]["last_name"] for page in pages for patient in page["patients"]]
    assert names == ["Field", "FIELD", "Fielding", "Moss", "straße", "Ångström"]


@pytest.mark.parametrize(
    "query",
    [
        *({"page": "0"}, {"page_size": "101"}, {"page": "x"}, {"name": "x"}),
        *({"mrn": ""}, {"mrn": " "}, {"mrn": "3\u200b"}, {"last_name": "\u3000"}),
    ],
)
def test_a_query_that_is_not_valid_is_refused(call: Call, query: dict[str, str]) -> None:
    answer = call(list_registry_patients.handler, "intake/list_registry_patients", query=query)
    assert answer["statusCode"] == 400


def test_pages_end_at_10_000_patients(call: Call) -> None:
    query = {"page": "101", "page_size": "100"}
    answer = call(list_registry_patients.handler, "intake/list_registry_patients", query=query)
    assert answer["statusCode"] == 400
    assert "filter" in answer["json"]["detail"]


def test_a_patient_is_found_by_id_in_its_own_tenant_alone(filled: Intake, call: Call) -> None:
    patient = filled.patients(mrn="2")["patients"][0]
    path = {"id": patient["id"]}
    answer = call(get_registry_patient.handler, "intake/get_registry_patient", path=path)
    assert (answer["statusCode"], answer["json"]) == (200, patient)
    other = call(get_registry_patient.handler, "intake/get_registry_patient", path=path, tenant="other")
    assert other["statusCode"] == 404
    assert call(get_registry_patient.handler, "intake/get_registry_patient", path={"id": "2"})["statusCode"] == 404


def test_what_is_shown_is_the_tables_however_far_the_index_is(indexed: Intake, opensearch: FakeOpenSearch) -> None:
    indexed.index()
    indexed.ingest("Id,FIRST,LAST,BIRTHDATE\n3,Adolf,Field,1990-02-14\n", "patients/moved.csv")
    query = {"last_name": "moss"}
    answer = indexed.call(list_registry_patients.handler, "intake/list_registry_patients", query=query)
    assert [patient["person"]["last_name"] for patient in answer["json"]["patients"]] == ["Field"]
    assert indexed.patients(**query)["total"] == 0
    assert indexed.patients(last_name="field")["total"] == 4
    indexed.empty()
    answer = indexed.call(list_registry_patients.handler, "intake/list_registry_patients")
    assert answer["json"]["patients"] == []


def test_while_search_is_away_a_patient_is_found_by_mrn(
    indexed: Intake, call: Call, opensearch: FakeOpenSearch
) -> None:
    indexed.index()
    opensearch.down = True
    away = call(list_registry_patients.handler, "intake/list_registry_patients", query={"last_name": "field"})
    assert (away["statusCode"], away["headers"]["Retry-After"]) == (503, "5")
    found = call(list_registry_patients.handler, "intake/list_registry_patients", query={"mrn": "3"})
    assert found["json"]["total"] == 1


def test_patients_of_another_tenant_are_not_found(filled: Intake, call: Call) -> None:
    filled.index()
    answer = call(list_registry_patients.handler, "intake/list_registry_patients", tenant="other")
    assert (answer["json"]["total"], answer["json"]["patients"]) == (0, [])


def test_a_patient_with_a_new_name_is_found_by_it_alone(filled: Intake) -> None:
    filled.ingest("Id,FIRST,LAST,BIRTHDATE\n3,Adolf,Field,1990-02-14\n", "patients/moved.csv")
    assert filled.patients(last_name="moss")["total"] == 0
    assert [patient["mrn"] for patient in filled.patients(last_name="field")["patients"]] == ["0", "3", "2", "1"]


def test_names_are_sorted_by_whole_names_and_long_ones_are_found(filled: Intake) -> None:
    long = "\u0390" * 100  # folded, it has 600 bytes
    rows = [f"7,A,{long},1990-02-14", "8,B,Field Moss,1990-02-14", "9,Z,Field,1990-02-14"]
    filled.ingest("\n".join(["Id,FIRST,LAST,BIRTHDATE", *rows]), "patients/more.csv")
    page = filled.patients(last_name="field")
    assert [patient["mrn"] for patient in page["patients"]] == ["0", "9", "2", "8", "1"]
    assert [patient["mrn"] for patient in filled.patients(last_name=long)["patients"]] == ["7"]


def test_without_an_engine_a_search_reads_so_many_names_at_most(
    small_intake: Intake, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(small_intake)
    monkeypatch.setattr(repository, "MOST_NAMES", 4)
    page = small_intake.patients(page_size="3")
    assert (page["total"], len(page["patients"])) == (4, 3)
    assert small_intake.patients(last_name="field", first_name="a")["total"] == 1
    query = {"first_name": "a"}
    refused = call(list_registry_patients.handler, "intake/list_registry_patients", query=query)
    assert (refused["statusCode"], refused["json"]["title"]) == (400, "Not supported")
    assert [fault["pointer"] for fault in refused["json"]["errors"]] == ["/first_name"]
    assert "last name" in refused["json"]["detail"]


def test_with_an_engine_patients_are_in_no_list_of_the_table(indexed: Intake) -> None:
    patients = [item for item in indexed.items() if item["sk"]["S"] == "PATIENT"]
    assert len(patients) == len(NAMES)
    assert not any("list" in item for item in patients)


def test_the_latest_twenty_visits_are_shown_and_all_are_counted(intake: Intake) -> None:
    header = "mrn,first_name,last_name,birth_date,visit_account_number,visit_date,reason\n"
    rows = [f"1,Ada,Field,1990-02-14,V-{day:02},2024-10-{day:02},x\n" for day in range(1, 32)]
    intake.ingest(header + "".join(rows))
    patient = intake.patients()["patients"][0]
    assert patient["visits_count"] == 31
    assert [visit["visit_date"] for visit in patient["visits"]] == [f"2024-10-{day:02}" for day in range(31, 11, -1)]


def test_no_row_that_changes_nothing_costs_a_write(filled: Intake) -> None:
    calls: list[str] = []
    client("dynamodb").meta.events.register(
        "before-call.dynamodb", lambda model, params, **_: calls.append(f"{model.name} {params['body']!r}")
    )
    more = "\n".join(
        ["Id,FIRST,LAST,BIRTHDATE", *(f"{n},{a},{b},1990-02-14" for n, (a, b) in enumerate(NAMES)), "9,N,N,1990-02-14"]
    )
    job = filled.ingest(more, "patients/more.csv")
    assert (job["patients_created"], job["patients_unchanged"]) == (1, 6)
    written = [call for call in calls if call.startswith(("PutItem", "BatchExecuteStatement", "TransactWriteItems"))]
    assert sum(call.count("#PATIENT#") for call in written) == 1


def test_every_field_of_a_document_is_in_the_mapping_of_the_index() -> None:
    # Without a mapping, a field is stored, and no search finds it.
    assert definition()["mappings"]["properties"].keys() == set(Document._fields)
