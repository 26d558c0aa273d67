import pytest

from intake import get_registry_patient, list_registry_patients
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


@pytest.fixture
def filled(intake: Intake) -> Intake:
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


def test_what_is_shown_is_the_tables_however_far_the_index_is(filled: Intake, opensearch: FakeOpenSearch) -> None:
    filled.index()
    filled.ingest("Id,FIRST,LAST,BIRTHDATE\n3,Adolf,Field,1990-02-14\n", "patients/moved.csv")
    query = {"last_name": "moss"}
    answer = filled.call(list_registry_patients.handler, "intake/list_registry_patients", query=query)
    assert [patient["person"]["last_name"] for patient in answer["json"]["patients"]] == ["Field"]
    assert filled.patients(**query)["total"] == 0
    assert filled.patients(last_name="field")["total"] == 4
    filled.empty()
    answer = filled.call(list_registry_patients.handler, "intake/list_registry_patients")
    assert answer["json"]["patients"] == []


def test_while_search_is_away_a_patient_is_found_by_mrn(filled: Intake, call: Call, opensearch: FakeOpenSearch) -> None:
    filled.index()
    opensearch.down = True
    away = call(list_registry_patients.handler, "intake/list_registry_patients", query={"last_name": "field"})
    assert (away["statusCode"], away["headers"]["Retry-After"]) == (503, "5")
    found = call(list_registry_patients.handler, "intake/list_registry_patients", query={"mrn": "3"})
    assert found["json"]["total"] == 1


def test_patients_of_another_tenant_are_not_found(filled: Intake, call: Call) -> None:
    filled.index()
    answer = call(list_registry_patients.handler, "intake/list_registry_patients", tenant="other")
    assert (answer["json"]["total"], answer["json"]["patients"]) == (0, [])


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
