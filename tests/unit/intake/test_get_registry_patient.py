from intake import get_registry_patient
from tests.unit.conftest import Call
from tests.unit.intake.conftest import Intake

EVENT = "intake/get_registry_patient"


def test_a_patient_has_the_latest_20_visits_and_how_many_there_are(intake: Intake, call: Call) -> None:
    rows = [f"MRN-1,Ann,Moss,1990-02-14,V-{day:02},2024-11-{day:02},Checkup" for day in range(1, 26)]
    header = "mrn,first_name,last_name,birth_date,visit_account_number,visit_date,reason"
    intake.ingest("\n".join([header, *rows]))
    listed = intake.patients(mrn="MRN-1")["patients"][0]
    patient = call(get_registry_patient.handler, EVENT, path={"id": listed["id"]})["json"]
    assert patient == listed
    assert patient["person"] == {"first_name": "Ann", "last_name": "Moss", "birth_date": "1990-02-14"}
    assert patient["visits_count"] == 25
    assert [visit["visit_date"] for visit in patient["visits"]] == [f"2024-11-{day:02}" for day in range(25, 5, -1)]


def test_a_patient_that_is_not_there_or_anothers_is_404(intake: Intake, call: Call) -> None:
    intake.ingest("Id,FIRST,LAST,BIRTHDATE\n1,Ann,Moss,1990-02-14", "patients/patients.csv")
    path = {"id": intake.patients(mrn="1")["patients"][0]["id"]}
    assert call(get_registry_patient.handler, EVENT, path=path)["statusCode"] == 200
    assert call(get_registry_patient.handler, EVENT, path=path, tenant="other")["statusCode"] == 404
    assert call(get_registry_patient.handler, EVENT, path={"id": "none"})["statusCode"] == 404
