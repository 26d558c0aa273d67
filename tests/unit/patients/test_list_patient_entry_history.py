from typing import Any

import botocore.session

from patients import delete_patient_entry, list_patient_entry_history, update_patient_entry
from tests.unit.directory.people import call, logged_in
from tests.unit.patients.entries import add
from tests.unit.patients.patients import doctor, email, patient, treated


def history(person_id: str, entry_id: str, token: str = "", **query: str) -> dict[str, Any]:
    name, path = "patients/list_patient_entry_history", {"id": person_id, "kind": "conditions", "entry_id": entry_id}
    return call(list_patient_entry_history.handler, name, token, path=path, query=query)


def test_the_versions_of_a_deleted_entry_say_who_wrote_what(aws: botocore.session.Session) -> None:
    made, token, of_doctor = treated("full_access")
    first = add(made["id"], token=of_doctor)["json"]
    path = {"id": made["id"], "kind": "conditions", "entry_id": first["id"]}
    call(update_patient_entry.handler, "patients/update_patient_entry", path=path, body={"name": "New"})
    call(delete_patient_entry.handler, "patients/delete_patient_entry", path=path)
    items = history(made["id"], first["id"], token)["json"]["items"]
    assert [(each["version"], each["operation"], each["name"], each["by"]) for each in items] == [
        (3, "deleted", "New", "u-1"),
        (2, "updated", "New", "u-1"),
        (1, "created", first["name"], first["by"]),
    ]
    assert all(each["requestId"] for each in items)


def test_pages_and_who_may_read_them(aws: botocore.session.Session) -> None:
    made = patient()
    first = add(made["id"])["json"]
    path = {"id": made["id"], "kind": "conditions", "entry_id": first["id"]}
    call(update_patient_entry.handler, "patients/update_patient_entry", path=path, body={"name": "New"})
    page = history(made["id"], first["id"], limit="1")["json"]
    rest = history(made["id"], first["id"], limit="1", cursor=page["nextCursor"])["json"]
    assert [each["version"] for each in page["items"] + rest["items"]] == [2, 1]
    assert rest["nextCursor"] is None
    assert history(made["id"], "0" * 32)["statusCode"] == 404
    assert history(patient()["id"], first["id"])["statusCode"] == 404
    assert history(made["id"], first["id"], logged_in(email(doctor())))["statusCode"] == 404
    assert history(made["id"], first["id"], logged_in(made["contact_email"]))["statusCode"] == 403
