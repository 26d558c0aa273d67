from typing import Any

import botocore.session

from patients import delete_patient, list_patient_history, update_patient
from tests.unit.directory.people import call, logged_in
from tests.unit.patients.patients import patient


def history(person_id: str, token: str = "", **query: str) -> dict[str, Any]:
    name = "patients/list_patient_history"
    return call(list_patient_history.handler, name, token, path={"id": person_id}, query=query)


def test_each_change_says_who_made_it_and_what_it_changed(aws: botocore.session.Session) -> None:
    made = patient()
    path = {"id": made["id"]}
    call(update_patient.handler, "patients/update_patient", path=path, body={"first_name": "Eve"})
    call(delete_patient.handler, "patients/delete_patient", path=path)
    items = history(made["id"])["json"]["items"]
    assert [(each["version"], each["operation"], each["by"]) for each in items] == [
        (3, "deleted", "u-1"),
        (2, "updated", "u-1"),
        (1, "created", "u-1"),
    ]
    assert items[1]["changed"] == ["first_name"]


def test_an_unknown_patient_and_a_caller_without_the_right(aws: botocore.session.Session) -> None:
    assert history("unknown")["statusCode"] == 404
    assert history("unknown", logged_in(patient()["contact_email"]))["statusCode"] == 403
